package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an acquire waits for a lock that is taken. */
@Timeout(30)
class WaitingTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    private void contendedTimes(int times) {
        for (int i = 0; i < times; i++) {
            backend.acquires.add(Contended::unknown);
        }
    }

    private List<Long> pausesMillis() {
        List<ScriptedBackend.Call> calls = backend.calls;
        return IntStream.range(1, calls.size())
                .mapToObj(i -> (calls.get(i).nanos() - calls.get(i - 1).nanos()) / 1_000_000)
                .toList();
    }

    @Test
    @DisplayName("a free lock is taken by one attempt")
    void free() {
        assertThat(guard.acquire("k").fence().value()).isEqualTo(1);
        assertThat(backend.calls).hasSize(1);
    }

    @Test
    @DisplayName("pauses double from 100 ms, half of each being random, and one id serves all attempts")
    void pausesGrow() {
        contendedTimes(3);
        backend.acquires.add(() -> acquired(7));

        HeldLock lock = guard.acquire("k");

        assertThat(lock.fence().value()).isEqualTo(7);
        List<Long> pauses = pausesMillis();
        assertThat(pauses).hasSize(3);
        assertThat(pauses.get(0)).isBetween(49L, 180L);
        assertThat(pauses.get(1)).isBetween(99L, 280L);
        assertThat(pauses.get(2)).isBetween(199L, 480L);
        assertThat(backend.calls).as("ID-2 one id").allMatch(call -> call.id().equals(lock.id()));
    }

    @Test
    @DisplayName("ACQ-2 a pause ends when the present lock is free at the latest")
    void cutShort() {
        for (int i = 0; i < 3; i++) {
            backend.acquires.add(() -> Contended.until(Instant.EPOCH, Duration.ofMillis(5)));
        }

        assertThat(guard.acquire("k")).isNotNull();

        assertThat(pausesMillis()).hasSize(3).allMatch(pause -> pause >= 5 && pause < 49);
    }

    @Test
    @DisplayName("the timeout ends the wait after one last try at its end")
    void lastTry() {
        backend.otherwise = Contended::unknown;
        Duration timeout = Duration.ofMillis(400);
        long start = System.nanoTime();

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> guard.acquire("k", LockOptions.defaults().withTimeout(timeout)));

        assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(timeout, timeout.plusMillis(300));
        long last = backend.calls.get(backend.calls.size() - 1).nanos();
        assertThat(Duration.ofNanos(last - start)).as("the last try").isGreaterThanOrEqualTo(timeout);
    }

    @Test
    @DisplayName("a lock that becomes free just before the end is got by the last try")
    void lastTrySucceeds() {
        long start = System.nanoTime();
        backend.otherwise = () -> System.nanoTime() - start > 290_000_000L ? acquired(3) : Contended.unknown();

        HeldLock lock = guard.acquire("k", LockOptions.defaults().withTimeout(Duration.ofMillis(300)));

        assertThat(lock.fence().value()).isEqualTo(3);
    }

    @Test
    @DisplayName("retries can be limited, and no timeout means one attempt")
    void limits() {
        backend.otherwise = Contended::unknown;

        LockException noRetry = catchThrowableOfType(
                LockException.class,
                () -> guard.acquire("k", LockOptions.defaults().withMaxRetries(0)));
        LockException noTime = catchThrowableOfType(
                LockException.class,
                () -> guard.acquire("k", LockOptions.defaults().withTimeout(Duration.ZERO)));

        assertThat(noRetry.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(noRetry).hasMessageContaining("maxRetries");
        assertThat(noTime.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(backend.calls).hasSize(2);
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends the wait at once, and the flag stays")
    void interrupted() throws InterruptedException {
        backend.otherwise = () -> Contended.until(Instant.EPOCH, Duration.ofHours(1));
        AtomicReference<LockException> failure = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        LockOptions patient =
                LockOptions.defaults().withTimeout(Duration.ofMinutes(1)).withMaxRetries(1_000);
        Thread waiter = new Thread(() -> {
            failure.set(catchThrowableOfType(LockException.class, () -> guard.acquire("k", patient)));
            flag.set(Thread.currentThread().isInterrupted());
        });
        waiter.start();
        Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);

        waiter.interrupt();
        waiter.join(1_000);

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

    @Test
    @DisplayName("tryAcquire does not wait")
    void once() {
        contendedTimes(1);

        assertThat(guard.tryAcquire("k", Duration.ofSeconds(1))).isEmpty();
        assertThat(guard.tryAcquire("k", Duration.ofSeconds(1))).isPresent();
        assertThat(backend.calls).hasSize(2);
    }
}
