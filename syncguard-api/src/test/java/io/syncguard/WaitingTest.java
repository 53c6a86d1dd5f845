package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How an acquire waits for a lock that is taken. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
class WaitingTest {
    /** What may come on top of a pause that no stall made longer. */
    private static final Duration SLACK = Duration.ofMillis(150);

    @Parameter
    Way way;

    private ScriptedBackend backend = new ScriptedBackend();
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
        assertThat(way.acquire(guard, "k", LockOptions.defaults()).fence().value())
                .isEqualTo(1);
        assertThat(backend.calls).hasSize(1);
    }

    @Test
    @DisplayName("pauses double from 100 ms, half of each being random, and one id serves all attempts")
    void pausesGrow() {
        List<Duration> attempts = new ArrayList<>();
        LockHandle lock;
        try (StallMeter stalls = StallMeter.start()) {
            backend.otherwise = () -> {
                attempts.add(stalls.elapsed());
                return attempts.size() <= 3 ? Contended.unknown() : acquired(7);
            };

            lock = way.acquire(guard, "k", LockOptions.defaults().withTimeout(Duration.ofMinutes(1)));
        }

        assertThat(lock.fence().value()).isEqualTo(7);
        List<Long> pauses = pausesMillis();
        assertThat(pauses).hasSize(3);
        for (int i = 0; i < 3; i++) {
            long longestMillis = 100L << i;
            assertThat(pauses.get(i)).as("pause %s", i).isGreaterThanOrEqualTo(longestMillis / 2 - 1);
            assertThat(attempts.get(i + 1).minus(attempts.get(i)))
                    .as("pause %s, without stalls", i)
                    .isLessThan(SLACK.plusMillis(longestMillis));
        }
        assertThat(backend.calls).as("ID-2 one id").allMatch(call -> call.id().equals(lock.id()));
    }

    @Test
    @DisplayName("ACQ-2 a pause ends when the present lock is free at the latest")
    void cutShort() {
        boolean cut = false;
        // A pause that is not cut short lasts for 50 ms at the least, each time. A stall passes.
        for (int i = 0; i < 20 && !cut; i++) {
            backend = new ScriptedBackend();
            for (int j = 0; j < 3; j++) {
                backend.acquires.add(() -> Contended.until(Instant.EPOCH, Duration.ofMillis(5)));
            }
            try (SyncGuard fresh = SyncGuard.using(backend)) {
                assertThat(way.acquire(fresh, "k", LockOptions.defaults())).isNotNull();
            }
            List<Long> pauses = pausesMillis().subList(0, 3);
            assertThat(pauses).allMatch(pause -> pause >= 5);
            cut = pauses.stream().allMatch(pause -> pause < 49);
        }

        assertThat(cut).as("all pauses were cut short").isTrue();
    }

    @Test
    @DisplayName("the timeout ends the wait after one last try at its end")
    void lastTry() {
        backend.otherwise = Contended::unknown;
        Duration timeout = Duration.ofMillis(400);
        long start;
        try (StallMeter stalls = StallMeter.start()) {
            start = System.nanoTime();
            LockException e = catchThrowableOfType(
                    LockException.class,
                    () -> way.acquire(guard, "k", LockOptions.defaults().withTimeout(timeout)));

            assertThat(stalls.elapsed()).isLessThan(timeout.plusMillis(300));
            assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isFalse();
        }
        long last = backend.calls.get(backend.calls.size() - 1).nanos();
        assertThat(Duration.ofNanos(last - start)).as("the last try").isGreaterThanOrEqualTo(timeout);
    }

    @Test
    @DisplayName("a lock that becomes free just before the end is got by the last try")
    void lastTrySucceeds() {
        long start = System.nanoTime();
        backend.otherwise = () -> System.nanoTime() - start > 290_000_000L ? acquired(3) : Contended.unknown();

        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults().withTimeout(Duration.ofMillis(300)));

        assertThat(lock.fence().value()).isEqualTo(3);
    }

    @Test
    @DisplayName("retries can be limited, and no timeout means one attempt")
    void limits() {
        backend.otherwise = Contended::unknown;

        LockException noRetry = catchThrowableOfType(
                LockException.class,
                () -> way.acquire(guard, "k", LockOptions.defaults().withMaxRetries(0)));
        LockException noTime = catchThrowableOfType(
                LockException.class,
                () -> way.acquire(guard, "k", LockOptions.defaults().withTimeout(Duration.ZERO)));

        assertThat(noRetry.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(noRetry).hasMessageContaining("maxRetries");
        assertThat(noTime.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(backend.calls).hasSize(2);
    }

    @Test
    @DisplayName("tryAcquire does not wait")
    void once() {
        contendedTimes(1);

        assertThat(way.tryAcquire(guard, "k", Duration.ofSeconds(1))).isEmpty();
        assertThat(way.tryAcquire(guard, "k", Duration.ofSeconds(1))).isPresent();
        assertThat(backend.calls).hasSize(2);
    }
}
