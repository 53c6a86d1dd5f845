package io.syncguard.shedlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.BackendUnavailableException;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockAbortedException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockKey;
import io.syncguard.SyncGuard;
import io.syncguard.memory.Fault;
import io.syncguard.memory.TestLocks;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockAssert;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockExtender;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.KeepAliveLockProvider;
import net.javacrumbs.shedlock.support.LockException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ShedLock's locks on a SyncGuard, with time and failures in the test's hand. */
@Timeout(120)
class SyncGuardLockProviderTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard elsewhere = locks.guard();
    private final SyncGuardLockProvider provider = new SyncGuardLockProvider(guard);

    @AfterEach
    void close() {
        guard.close();
        elsewhere.close();
    }

    private static LockConfiguration configuration(Duration atMost, Duration atLeast) {
        return new LockConfiguration(ClockProvider.now(), "report", atMost, atLeast);
    }

    private static LockConfiguration aMinute() {
        return configuration(MINUTE, Duration.ZERO);
    }

    private SimpleLock locked(LockConfiguration configuration) {
        return provider.lock(configuration).orElseThrow();
    }

    @Test
    @DisplayName("the name of the task is the key, after the prefix if there is one, and lockAtMostFor is the ttl")
    void keyAndTtl() {
        SimpleLock plain = locked(aMinute());
        SimpleLock prefixed = provider.withKeyPrefix("jobs").lock(aMinute()).orElseThrow();

        assertThat(elsewhere.lookup("report").orElseThrow().remaining()).isBetween(MINUTE.minusSeconds(30), MINUTE);
        assertThat(elsewhere.isLocked("jobs:report")).isTrue();
        plain.unlock();
        prefixed.unlock();
        assertThat(elsewhere.isLocked("report")).isFalse();
        assertThat(elsewhere.isLocked("jobs:report")).isFalse();
    }

    @Test
    @DisplayName("a task whose lock any other code has is skipped, and its lock keeps other code out")
    void oneLockForAll() throws Throwable {
        DefaultLockingTaskExecutor tasks = new DefaultLockingTaskExecutor(provider);
        AtomicInteger runs = new AtomicInteger();
        HeldLock other = elsewhere.acquire("report");
        assertThat(tasks.executeWithLock(runs::incrementAndGet, aMinute()).wasExecuted())
                .isFalse();
        other.close();

        tasks.executeWithLock(
                (Runnable) () -> {
                    LockAssert.assertLocked();
                    assertThat(elsewhere.tryAcquire("report")).isEmpty();
                    runs.incrementAndGet();
                },
                aMinute());

        assertThat(runs).hasValue(1);
        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName("the lock of a task that died is free a second after lockAtMostFor, and not before")
    void diedTask() {
        assertThat(locked(aMinute())).isNotNull();

        locks.advance(MINUTE);
        assertThat(elsewhere.isLocked("report")).isTrue();

        locks.advance(Duration.ofSeconds(1));
        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName("lockAtLeastFor is kept after the task, also when the guard is closed, and ends in time")
    void atLeast() {
        locked(configuration(MINUTE, Duration.ofSeconds(40))).unlock();
        guard.close();

        locks.advance(Duration.ofSeconds(35));
        assertThat(elsewhere.isLocked("report")).isTrue();
        locks.advance(Duration.ofSeconds(5));
        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName("an extension has a lockAtMostFor and a lockAtLeastFor of its own, counted from then")
    void extension() {
        SimpleLock first = locked(configuration(MINUTE, MINUTE));
        locks.advance(Duration.ofSeconds(50));

        SimpleLock second =
                first.extend(Duration.ofMinutes(2), Duration.ofSeconds(90)).orElseThrow();

        assertThatThrownBy(first::unlock).isInstanceOf(IllegalStateException.class);
        second.unlock();
        locks.advance(Duration.ofSeconds(80));
        assertThat(elsewhere.isLocked("report")).isTrue();
        locks.advance(Duration.ofSeconds(10));
        assertThat(elsewhere.isLocked("report")).isFalse();

        SimpleLock third = locked(configuration(MINUTE, MINUTE));
        third.extend(MINUTE, Duration.ZERO).orElseThrow().unlock();
        assertThat(elsewhere.isLocked("report")).as("no minimum hold any more").isFalse();
    }

    @Test
    @DisplayName("a task extends its lock by ShedLock's LockExtender")
    void extendedByTask() {
        new DefaultLockingTaskExecutor(provider)
                .executeWithLock(
                        (Runnable) () -> {
                            LockExtender.extendActiveLock(Duration.ofMinutes(10), Duration.ZERO);
                            locks.advance(Duration.ofMinutes(5));
                            assertThat(elsewhere.isLocked("report")).isTrue();
                        },
                        aMinute());

        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName("unlocking what was lost does nothing, and leaves the lock of the next holder alone")
    void lost() {
        SimpleLock lock = locked(aMinute());
        locks.advance(Duration.ofSeconds(61));
        try (HeldLock next = elsewhere.acquire("report")) {
            assertThatCode(lock::unlock).doesNotThrowAnyException();

            assertThat(elsewhere.owns(next.id())).isTrue();
        }
    }

    @Test
    @DisplayName("ShedLock's KeepAliveLockProvider keeps a lock beyond lockAtMostFor, and ends when the lock is lost")
    void keepAlive() {
        HandRunScheduler scheduler = new HandRunScheduler();
        try {
            LockProvider keepAlive = new KeepAliveLockProvider(provider, scheduler);
            SimpleLock lock = keepAlive.lock(aMinute()).orElseThrow();
            assertThat(scheduler.period()).isEqualTo(Duration.ofSeconds(30));
            for (int i = 0; i < 5; i++) {
                locks.advance(Duration.ofSeconds(30));
                scheduler.runTask();
                assertThat(elsewhere.isLocked("report")).isTrue();
            }
            assertThat(scheduler.isCancelled()).isFalse();
            lock.unlock();
            assertThat(elsewhere.isLocked("report")).isFalse();
            assertThat(scheduler.isCancelled()).isTrue();

            assertThat(keepAlive.lock(aMinute())).isPresent();
            locks.loseLock("report");
            scheduler.runTask();
            assertThat(scheduler.isCancelled()).as("given up").isTrue();
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    @DisplayName("HLD-1 a heartbeat keeps a lock beyond lockAtMostFor, through failures, and ends with the task")
    void heartbeat() {
        SimpleLock lock = provider.withHeartbeat().lock(aMinute()).orElseThrow();
        locks.advance(Duration.ofHours(1), Duration.ofSeconds(5));
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        locks.advance(Duration.ofMinutes(10), Duration.ofSeconds(5));
        assertThat(elsewhere.isLocked("report")).isTrue();

        lock.unlock();

        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName(
            "times and names that are no ttl and no key are refused before any I/O, and the message names the lock")
    void badArguments() {
        locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        for (LockConfiguration bad : List.of(
                configuration(Duration.ZERO, Duration.ZERO),
                configuration(Duration.ofNanos(999_999), Duration.ZERO),
                configuration(Duration.ofDays(366), Duration.ZERO))) {
            assertThatThrownBy(() -> provider.lock(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'report'")
                    .hasCauseInstanceOf(InvalidArgumentException.class);
        }
        LockConfiguration noKey = new LockConfiguration(ClockProvider.now(), "a\ud800", MINUTE, Duration.ZERO);
        assertThatThrownBy(() -> provider.lock(noKey)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> provider.withKeyPrefix(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("withKeyPrefix");
        assertThatThrownBy(() -> new SyncGuardLockProvider(null)).isInstanceOf(InvalidArgumentException.class);
        locks.recover();

        assertThatThrownBy(() -> locked(aMinute()).extend(Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("what is below a millisecond is cut off lockAtMostFor")
    void fractions() {
        Duration atMost = Duration.ofSeconds(30).plusNanos(1_500_000);

        locked(configuration(atMost, atMost)).unlock();

        assertThat(elsewhere.isLocked("report")).isTrue();
    }

    @Test
    @DisplayName("an extension that fails may be repeated, and the lock is held meanwhile")
    void extensionFails() {
        SimpleLock lock = locked(aMinute());
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);

        assertThatThrownBy(() -> lock.extend(MINUTE, Duration.ZERO))
                .isInstanceOf(LockException.class)
                .hasCauseInstanceOf(BackendUnavailableException.class);

        Optional<SimpleLock> extended = lock.extend(MINUTE, Duration.ZERO);
        extended.orElseThrow().unlock();
    }

    @Test
    @DisplayName(
            "an interrupted thread and a closed guard acquire nothing: ShedLock's LockException, and the interrupt stays")
    void aborted() {
        Thread.currentThread().interrupt();
        Throwable interrupted = catchThrowable(() -> provider.lock(aMinute()));
        assertThat(Thread.interrupted()).isTrue();
        guard.close();
        Throwable closed = catchThrowable(() -> provider.lock(aMinute()));

        for (Throwable failure : List.of(interrupted, closed)) {
            assertThat(failure).isInstanceOf(LockException.class).hasCauseInstanceOf(LockAbortedException.class);
        }
        assertThat(elsewhere.isLocked("report")).isFalse();
    }

    @Test
    @DisplayName(
            "a Redis that went away: no task runs, the outcome of a running one is not hidden, and all goes on once it is back")
    void serverGone() throws Throwable {
        try (RedisTestServer server = RedisTestServer.startDurable();
                SyncGuard onRedis = SyncGuard.connect(server.uri())) {
            SyncGuardLockProvider redis = new SyncGuardLockProvider(onRedis);
            DefaultLockingTaskExecutor tasks = new DefaultLockingTaskExecutor(redis);
            LockConfiguration other = new LockConfiguration(ClockProvider.now(), "other", MINUTE, Duration.ZERO);
            AtomicInteger runs = new AtomicInteger();

            String result = tasks.executeWithLock(
                            () -> {
                                server.kill();
                                return "done";
                            },
                            aMinute())
                    .getResult();

            assertThat(result).isEqualTo("done");
            assertThatThrownBy(() -> tasks.executeWithLock((Runnable) runs::incrementAndGet, other))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("'other'")
                    .hasMessageContaining(LockKey.of("other").fingerprint())
                    .hasCauseInstanceOf(BackendUnavailableException.class);
            assertThat(runs).hasValue(0);
            server.restart();
            tasks.executeWithLock((Runnable) runs::incrementAndGet, other);
            assertThat(runs).hasValue(1);
        }
    }
}
