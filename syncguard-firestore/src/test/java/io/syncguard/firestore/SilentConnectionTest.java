package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that leads nowhere while new ones work, as after a firewall has forgotten it: a client of ours opens a new one. */
@Timeout(240)
class SilentConnectionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    /** The pause of one that has looked so often is 400 ms or more. */
    private static final int MANY_LOOKS = 6;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FaultProxy proxy =
            new FaultProxy(Integer.parseInt(FirestoreEmulator.address().replaceFirst(".*:", "")));
    private final String address = "127.0.0.1:" + proxy.port();
    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(TIMEOUT);

    @AfterEach
    void close() {
        proxy.close();
    }

    private static boolean answers(SyncGuard guard) {
        try {
            boolean unused = guard.isLocked("warm-up");
            return true;
        } catch (LockException e) {
            return false;
        }
    }

    @Test
    @DisplayName(
            "FST-16 a client opened by a URI works again within two operation timeouts, and its locks can be released")
    void worksAgain() {
        // The first request of a JVM loads classes for longer than the timeout.
        Emulated.shared();
        try (SyncGuard guard = SyncGuard.using(FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?collection=" + options.collection()
                        + "&operationTimeoutMillis=" + TIMEOUT.toMillis()),
                address))) {
            Fixture.until(() -> answers(guard));
            HeldLock lock = guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofMinutes(10)))
                    .orElseThrow();

            assertThat(proxy.silenceAll()).isPositive();

            try (StallMeter stalls = StallMeter.start()) {
                Fixture.until(() -> answers(guard));
                assertThat(stalls.elapsed()).isLessThan(TIMEOUT.multipliedBy(2));
            }
            lock.close();
            assertThat(guard.isLocked("job")).isFalse();
        }
    }

    @Test
    @DisplayName("FST-16, WAI-5 a waiter goes on waiting on the new connection, and releases wake waiters there")
    void wakesAgain() {
        Wire wire = new Wire();
        OwnClient own = new OwnClient(() -> Emulated.through(wire, address, OwnClient.once(TIMEOUT)));
        try (Contender holder = new Contender(options);
                SyncGuard waiter = SyncGuard.using(FirestoreLockBackend.open(own, options))) {
            Fixture.until(() -> answers(waiter));
            HeldLock lock = holder.guard.acquire("job", PATIENT.withTtl(Duration.ofMinutes(10)));
            CompletableFuture<AsyncHeldLock> waiting = waiter.async().acquire("job", PATIENT);
            Fixture.until(() -> wire.listening() == 1);

            assertThat(proxy.silenceAll()).isPositive();

            Fixture.until(() -> wire.listens() > 1 && answers(waiter));
            lock.close();
            waiting.join().release().join();
            Duration soonest = handOver(holder, waiter, wire);
            for (int round = 0; round < 2; round++) {
                Duration took = handOver(holder, waiter, wire);
                soonest = took.compareTo(soonest) < 0 ? took : soonest;
            }
            assertThat(soonest).isLessThan(Duration.ofMillis(350));
        }
    }

    /** Returns how long after its release a lock is another's that would not have looked so soon. */
    private static Duration handOver(Contender holder, SyncGuard waiter, Wire wire) {
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        int looks = wire.looks();
        CompletableFuture<AsyncHeldLock> waiting = waiter.async().acquire("job", PATIENT);
        Fixture.until(() -> wire.looks() >= looks + MANY_LOOKS);
        lock.close();
        try (StallMeter stalls = StallMeter.start()) {
            AsyncHeldLock acquired = waiting.join();
            Duration took = stalls.elapsed();
            acquired.release().join();
            return took;
        }
    }
}
