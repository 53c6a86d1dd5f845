package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import io.grpc.Status;
import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a backend listens to its queues, and how it tries again where it cannot. */
@Timeout(180)
class QueueListenerTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    /** A listener that is begun anew without a pause tries this often in a few milliseconds. */
    private static final int FEW = 10;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));
    private final Contender holder = new Contender(options);
    private final HeldLock lock =
            holder.guard.acquire("job", LockOptions.defaults().withTtl(Duration.ofMinutes(10)));

    @AfterEach
    void close() {
        lock.close();
        holder.close();
    }

    private static CompletableFuture<AsyncHeldLock> waiting(Contender waiter) {
        return waiter.guard.async().acquire("job", PATIENT);
    }

    private static void giveUp(CompletableFuture<AsyncHeldLock> waiting) {
        assertThat(waiting.cancel(true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "UNAUTHENTICATED", "PERMISSION_DENIED"})
    @DisplayName(
            "WAI-5 where listening fails, whatever the reason, it is tried again a few times, and none of them soon")
    void fewTries(String name) {
        try (Contender waiter = new Contender(options)) {
            waiter.wire.refuseListeners(Status.Code.valueOf(name).toStatus());
            CompletableFuture<AsyncHeldLock> waiting = waiting(waiter);

            Fixture.until(() -> waiter.wire.listens() >= 2);
            Pause.of(Duration.ofSeconds(3));

            assertThat(waiter.wire.listens()).isLessThan(FEW);
            giveUp(waiting);
        }
    }

    @Test
    @DisplayName("WAI-5 the pauses between tries to listen double: 1 s, 2 s, 4 s")
    void pausesDouble() {
        try (Contender waiter = new Contender(options)) {
            waiter.wire.refuseListeners(Status.PERMISSION_DENIED);
            CompletableFuture<AsyncHeldLock> waiting = waiting(waiter);
            Fixture.until(() -> waiter.wire.listens() == 1);
            long first = System.nanoTime();

            Fixture.until(() -> waiter.wire.listens() == 4);

            assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThan(Duration.ofMillis(6_900));
            giveUp(waiting);
        }
    }

    @Test
    @DisplayName("WAI-5 a listener ends ten seconds after the last waiter has left; one that comes before that uses it")
    void lingers() {
        try (Contender waiter = new Contender(options)) {
            CompletableFuture<AsyncHeldLock> first = waiting(waiter);
            Fixture.until(() -> waiter.wire.listening() == 1);
            giveUp(first);
            CompletableFuture<AsyncHeldLock> second = waiting(waiter);
            Pause.of(Duration.ofSeconds(1));
            giveUp(second);
            long left = System.nanoTime();

            Fixture.until(() -> waiter.wire.listening() == 0);

            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isBetween(Duration.ofMillis(8_500), Duration.ofSeconds(30));
            assertThat(waiter.wire.listens()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "WAI-5 a listener does not end under a waiter that came while the one before left, and those that wait hear of its end")
    void waiterComesWhileLastLeaves() {
        Wire wire = new Wire();
        Firestore client = Emulated.through(wire);
        FirestoreThreads threads = new FirestoreThreads();
        WaitingLocks locks = new WaitingLocks();
        try (QueueListener listener =
                new QueueListener(new FirestoreStore(() -> client, options), threads, "process", locks)) {
            assertThat(listener.begin()).isTrue();
            Fixture.until(() -> wire.listening() == 1);
            locks.needed = true;
            listener.unneeded();
            Pause.of(Duration.ofSeconds(12));
            assertThat(listener.listens()).as("while one waits").isTrue();
            assertThat(wire.listening()).isEqualTo(1);
            assertThat(locks.deaf).hasValue(0);

            locks.needed = false;
            listener.unneeded();

            Fixture.until(() -> wire.listening() == 0);
            Fixture.until(() -> locks.deaf.get() == 1);
            assertThat(listener.listens()).isFalse();
        } finally {
            threads.close();
            Emulated.close(client);
        }
    }

    /** Whether anybody waits, as a test says, and how often nothing was heard any more. */
    private static final class WaitingLocks implements QueueListener.LockEvents {
        final AtomicInteger deaf = new AtomicInteger();
        volatile boolean needed;

        @Override
        public void changed(QueryDocumentSnapshot lock) {}

        @Override
        public void unlisted(String document) {}

        @Override
        public void current() {}

        @Override
        public void deaf() {
            deaf.incrementAndGet();
        }

        @Override
        public boolean isAnybodyWaiting() {
            return needed;
        }
    }

    @Test
    @DisplayName("WAI-5 while Firestore is away a listener that nobody needs is tried a few times, and then no more")
    void serverGone() {
        FaultProxy proxy =
                new FaultProxy(Integer.parseInt(FirestoreEmulator.address().replaceFirst(".*:", "")));
        String address = "127.0.0.1:" + proxy.port();
        try (Contender waiter = new Contender(options, address, OwnClient.once(Duration.ofSeconds(20)))) {
            CompletableFuture<AsyncHeldLock> waiting = waiting(waiter);
            Fixture.until(() -> waiter.wire.listening() == 1);
            giveUp(waiting);

            proxy.close();

            Pause.of(Duration.ofSeconds(12));
            assertThat(waiter.wire.listens()).isLessThan(FEW);
        } finally {
            proxy.close();
        }
    }

    @Test
    @DisplayName(
            "WAI-5 a client that was handed in and does not pause between tries gets no listener; its waiters poll")
    void noDelayNoListener() {
        RetrySettings withoutDelay = OwnClient.once(Duration.ofSeconds(20)).toBuilder()
                .setInitialRetryDelayDuration(Duration.ZERO)
                .build();
        try (Contender waiter = new Contender(options, FirestoreEmulator.address(), withoutDelay)) {
            CompletableFuture<AsyncHeldLock> waiting = waiting(waiter);
            Fixture.until(() -> waiter.wire.looks() > 4);

            lock.close();

            waiting.join().release().join();
            assertThat(waiter.wire.listens()).isZero();
            assertThat(waiter.wire.bill())
                    .as("an acquire and a release, and no name in a queue")
                    .endsWith(" 2 writes");
        }
    }
}
