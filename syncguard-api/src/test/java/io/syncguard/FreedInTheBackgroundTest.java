package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the background frees after a handle was closed or released: the longest that may be left, and nothing too early. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class FreedInTheBackgroundTest {
    private static final Duration MIN_HOLD = Duration.ofSeconds(3);

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Queue<Throwable> closeFailures = new ConcurrentLinkedQueue<>();
    private final SyncGuard guard =
            SyncGuard.using(backend, GuardOptions.defaults().withListener(new LockListener() {
                @Override
                public void closeFailed(LockLabel lock, LockException failure) {
                    closeFailures.add(failure);
                }
            }));
    private PendingCall<ExtendResult> beat;

    @AfterEach
    void close() {
        backend.abandons.clear();
        if (beat != null) {
            beat.complete(new Extended(Instant.EPOCH));
        }
        guard.close();
    }

    private long abandonedNanos() {
        return backend.calls.stream()
                .filter(call -> call.operation().equals("abandon"))
                .mapToLong(ScriptedBackend.Call::nanos)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName(
            "HLD-7, EXT-3 a close that failed is repeated for as long as an unanswered longer extension may hold the lock")
    void closeAfterAnUnansweredExtension() {
        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults().withTtl(Duration.ofMillis(200)));
        backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        backend.releases.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        int failures = 8;
        for (int i = 0; i < failures; i++) {
            backend.abandons.add(
                    () -> failing(LockErrorCode.NETWORK_TIMEOUT, true).get());
        }
        LockException e = catchThrowableOfType(LockException.class, () -> way.extend(lock, Duration.ofHours(1)));
        assertThat(e.isOutcomeUnknown()).isTrue();

        way.close(lock);

        Await.until("it is told", () -> !closeFailures.isEmpty());
        // By the ttl of 200 ms the lock would have been free after 1.2 s, and the sixth attempt the last.
        Await.until("it succeeds at last", () -> backend.count("abandon") == failures + 1);
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName("HLD-7, HLD-8 a close that failed before the minimum hold is repeated at its end, and not earlier")
    void closeBeforeTheMinimumHold() {
        long acquiring = System.nanoTime();
        LockHandle lock = way.acquire(
                guard, "k", LockOptions.defaults().withTtl(Duration.ofHours(1)).withMinHold(MIN_HOLD));
        backend.extensions.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        way.close(lock);

        Await.until("it is told", () -> !closeFailures.isEmpty());
        Await.until("it is freed", () -> backend.count("abandon") == 1);
        assertThat(abandonedNanos() - acquiring).isGreaterThanOrEqualTo(MIN_HOLD.toNanos());
        assertThat(backend.count("release")).isZero();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName(
            "HLD-8, HLD-3 a lock left to expire is freed at the end of its minimum hold, if a beat under way may prolong it")
    void beatUnderWayBeforeTheMinimumHold() {
        beat = PendingCall.answeredAnyway(LockOperation.EXTEND);
        backend.async().extensions.add(beat);
        Duration hold = Duration.ofSeconds(2);
        long acquiring = System.nanoTime();
        LockHandle lock = way.acquire(
                guard,
                "k",
                LockOptions.defaults()
                        .withTtl(Duration.ofSeconds(3))
                        .withMinHold(hold)
                        .withHeartbeat());
        Await.until("a beat is under way", () -> !backend.async().together.isEmpty() && backend.count("extend") > 0);

        assertThat(way.release(lock)).isTrue();
        assertThat(lock.isHeld()).isFalse();
        beat.complete(new Extended(Instant.EPOCH));

        Await.until("it is freed", () -> backend.count("abandon") == 1);
        assertThat(abandonedNanos() - acquiring).isGreaterThanOrEqualTo(hold.toNanos());
        assertThat(backend.count("release")).isZero();
    }

    @Test
    @DisplayName("HLD-8 a lock that nothing may prolong is left to expire, and the background does nothing")
    void nothingUnderWay() {
        LockHandle lock =
                way.acquire(guard, "k", LockOptions.defaults().withTtl(MIN_HOLD).withMinHold(MIN_HOLD));
        assertThat(way.release(lock)).isTrue();
        long end = System.nanoTime() + MIN_HOLD.plusMillis(100).toNanos();

        Await.until("the minimum hold is over", () -> System.nanoTime() - end > 0);
        guard.close();

        assertThat(backend.count("abandon")).isZero();
    }
}
