package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interrupts of threads that wait for a lock. */
@Timeout(180)
class InterruptedWaitTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final ScriptedWakeUps wakeUps = new ScriptedWakeUps();
    private SyncGuard guard;

    @BeforeEach
    void open() {
        backend.wakeUps = wakeUps;
        guard = SyncGuard.using(backend);
    }

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends the wait at once, and the flag stays")
    void interrupted() throws InterruptedException {
        // So that the pause after the first attempt lasts for as long.
        wakeUps.holdBack = Duration.ofHours(1);
        AtomicReference<LockException> failure = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        LockOptions patient =
                LockOptions.defaults().withTimeout(Duration.ofHours(1)).withMaxRetries(1_000);
        Thread waiter = new Thread(() -> {
            failure.set(catchThrowableOfType(LockException.class, () -> guard.acquire("k", patient)));
            flag.set(Thread.currentThread().isInterrupted());
        });
        waiter.start();
        Await.until("it has tried", () -> wakeUps.attempts.size() == 1);
        Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);

        waiter.interrupt();
        waiter.join(60_000);

        assertThat(waiter.isAlive()).isFalse();
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(flag.get()).isTrue();
    }

    @Test
    @DisplayName("OPT-1 a thread that is interrupted already asks the backend for nothing")
    void interruptedBefore() {
        Thread.currentThread().interrupt();
        LockException e;
        boolean flag;
        try {
            e = catchThrowableOfType(LockException.class, () -> guard.acquire("k"));
        } finally {
            flag = Thread.interrupted();
        }

        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(flag).isTrue();
        assertThat(backend.calls).isEmpty();
    }
}
