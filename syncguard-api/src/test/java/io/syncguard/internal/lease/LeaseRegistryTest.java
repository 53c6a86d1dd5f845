package io.syncguard.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What closing finds of locks that end at that moment. */
@Timeout(60)
class LeaseRegistryTest {
    private final LeaseRegistry registry = new LeaseRegistry();
    private HeldLease ended;

    @BeforeEach
    void anEndedLock() {
        LocalClocks clocks = new LocalClocks(GuardClock.machine());
        LeaseServices services =
                new LeaseServices(null, null, null, registry, null, null, null, Duration.ofSeconds(1), clocks);
        Ttl ttl = new Ttl(30_000);
        ended = HeldLease.begin(
                services,
                new BackendCall.Acquire(LockKey.of("k"), LockId.random(), ttl),
                new Acquired(new FenceToken(1), Instant.now().plusSeconds(30)),
                LockOptions.defaults().withoutHeartbeat(),
                clocks.now(),
                null);
        ended.released(ReleaseResult.RELEASED);
        assertThat(registry.size()).isZero();
    }

    /** Returns the thread that closes, once it has found the lock and waits. */
    private Thread closing(AtomicBoolean interruptedAtEnd) throws InterruptedException {
        Thread closing = new Thread(() -> {
            assertThat(registry.releaseAll(Duration.ofSeconds(5))).isZero();
            interruptedAtEnd.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        while (List.of(closing.getStackTrace()).stream()
                .noneMatch(frame -> frame.getMethodName().equals("awaitHandingOver"))) {
            assertThat(closing.isAlive()).as("closing waits").isTrue();
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return closing;
    }

    @Test
    @DisplayName("OPT-3, ACQ-4 closing waits for a lock that its thread is just handing over to the background")
    void waits() throws InterruptedException {
        registry.add(ended);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closing = closing(interrupted);

        registry.remove(ended);

        closing.join();
        assertThat(interrupted).isFalse();
    }

    @Test
    @DisplayName("OPT-3 closing waits no longer than a second for that, interrupted or not, and keeps the interrupt")
    void notForEver() throws InterruptedException {
        registry.add(ended);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closing = closing(interrupted);

        closing.interrupt();

        closing.join();
        assertThat(interrupted).isTrue();
        assertThat(registry.size()).isOne();
    }
}
