package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that was suspended: its monotonic clock stood still, and its wall clock shows it. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
class SuspendedMachineTest {
    /** No beat is due and no ttl ends while a test runs. */
    private static final LockOptions PLAIN = LockOptions.defaults().withTtl(Duration.ofHours(1));

    private static final LockOptions BEATING = PLAIN.withHeartbeat();

    /** What the wall clock is ahead of the monotonic one. */
    private final AtomicLong aheadMillis = new AtomicLong(1_700_000_000_000L);

    private final ScriptedBackend backend = new ScriptedBackend();
    private SyncGuard guard;

    @Parameter
    Way way;

    @BeforeEach
    void open() {
        backend.clock = new GuardClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long currentTimeMillis() {
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + aheadMillis.get();
            }
        };
        guard = SyncGuard.using(backend);
    }

    @AfterEach
    void close() {
        guard.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_500, 3_600_000, -1_500, -3_600_000})
    @DisplayName("TIME-7 a lock is not certainly held while the clocks have drifted apart by more than a second")
    void drifted(long millis) {
        LockHandle lock = way.acquire(guard, "k", PLAIN);
        assertThat(lock.isHeld()).isTrue();

        aheadMillis.addAndGet(millis);

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();
        aheadMillis.addAndGet(-millis);
        assertThat(lock.isHeld()).as("the clocks agree again").isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {500, -500})
    @DisplayName("TIME-7 a drift within the tolerance changes nothing")
    void withinTolerance(long millis) {
        LockHandle lock = way.acquire(guard, "k", BEATING);

        aheadMillis.addAndGet(millis);

        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(Duration.ofMinutes(50));
        pause(100);
        assertThat(backend.count("extend")).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {7_000, -7_000})
    @DisplayName("TIME-7 with a heartbeat the server is asked at once, and its answer confirms the lock")
    void confirmed(long millis) {
        LockHandle lock = way.acquire(guard, "k", BEATING);
        assertThat(backend.count("extend")).isZero();

        aheadMillis.addAndGet(millis);
        assertThat(lock.isHeld()).isFalse();

        Await.until("the server has confirmed it", lock::isHeld);
        assertThat(lock.remaining()).isGreaterThan(Duration.ofMinutes(50));
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    private static void pause(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Pause.until(until);
    }

    @Test
    @DisplayName("TIME-7, HLD-4 with a heartbeat the holder is told if the server no longer has the lock")
    void goneMeanwhile() {
        LockHandle lock = way.acquire(guard, "k", BEATING);
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();
        backend.extensions.add(Absent::new);

        aheadMillis.addAndGet(60_000);

        Await.until("the holder is told", () -> !lock.isHeld() && told.isDone());
        aheadMillis.addAndGet(-60_000);
        assertThat(lock.isHeld()).as("a lock that was lost stays lost").isFalse();
        assertThat(way.release(lock)).isFalse();
    }

    @Test
    @DisplayName("TIME-7 without a heartbeat nothing is sent until the holder extends the lock, which confirms it")
    void extended() {
        LockHandle lock = way.acquire(guard, "k", PLAIN);
        aheadMillis.addAndGet(60_000);
        assertThat(lock.isHeld()).isFalse();
        pause(100);
        assertThat(backend.count("extend")).isZero();

        assertThat(way.extend(lock, Duration.ofHours(2))).isTrue();

        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(Duration.ofMinutes(110));
    }

    @Test
    @DisplayName("TIME-7 an extension whose answer spans a suspension does not confirm the lock")
    void suspendedDuringExtension() {
        LockHandle lock = way.acquire(guard, "k", PLAIN);
        backend.extensions.add(() -> {
            aheadMillis.addAndGet(60_000);
            return backend.otherwiseExtend.get();
        });

        assertThat(way.extend(lock, Duration.ofHours(2))).isFalse();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName(
            "TIME-7, REL-1 a lock that is not certainly held is released, and work that ends with that was under the lock")
    void released() {
        LockHandle lock = way.acquire(guard, "k", BEATING);
        aheadMillis.addAndGet(60_000);
        assertThat(way.release(lock)).isTrue();

        for (boolean found : new boolean[] {true, false}) {
            backend.releases.add(() -> found ? ReleaseResult.RELEASED : ReleaseResult.ABSENT);
            LockException e = catchThrowableOfType(LockException.class, () -> assertThat(resultOfSuspendedWork())
                    .isEqualTo("result"));
            assertThat(e == null).as("found on the server: " + found).isEqualTo(found);
        }
    }

    private String resultOfSuspendedWork() {
        if (way == Way.BLOCKING) {
            return guard.<String, RuntimeException>call("k", PLAIN, lock -> suspended());
        }
        return Way.joined(guard.async().call("k", PLAIN, lock -> CompletableFuture.completedFuture(suspended())));
    }

    private String suspended() {
        aheadMillis.addAndGet(60_000);
        return "result";
    }

    @Test
    @DisplayName("TIME-7 a holder that asks in a tight loop while the server fails does not flood it with beats")
    void noFlood() {
        LockHandle lock = way.acquire(guard, "k", BEATING);
        backend.otherwiseExtend = failing(LockErrorCode.SERVICE_UNAVAILABLE, true);
        aheadMillis.addAndGet(60_000);
        long start = System.nanoTime();
        long asked = 0;

        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(2_000)) {
            assertThat(lock.isHeld()).isFalse();
            asked++;
        }

        assertThat(asked).isGreaterThan(100);
        assertThat(backend.count("extend")).isBetween(1L, 4L);
        backend.otherwiseExtend = () -> new Extended(Instant.EPOCH);
        Await.until("the server is asked again once it answers", lock::isHeld);
    }
}
