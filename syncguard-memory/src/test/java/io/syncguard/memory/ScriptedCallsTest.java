package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.BackendUnavailableException;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockLostException;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link TestLocks} does to locks and calls. */
@Timeout(180)
class ScriptedCallsTest {
    /** No ttl, timeout or delay of this length ends by itself while a test runs. */
    private static final Duration LONG = Duration.ofMinutes(50);

    private static final LockOptions HELD = LockOptions.defaults().withTtl(LONG.multipliedBy(4));

    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard =
            SyncGuard.using(locks.backend(MemoryOptions.defaults().withOperationTimeout(LONG)));
    private final SyncGuard elsewhere = locks.guard();

    @AfterEach
    void close() {
        locks.recover();
        guard.close();
        elsewhere.close();
    }

    private static LockException failureOf(CompletableFuture<?> future) {
        return LockException.within(future.handle((result, e) -> e).join()).orElseThrow();
    }

    private LockException failure(boolean async, String key) {
        return async
                ? failureOf(guard.async().acquire(key, HELD))
                : catchThrowableOfType(LockException.class, () -> guard.acquire(key, HELD));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("HLD-4 a lock that the server has lost is free for others, and a heartbeat tells its holder")
    void losesLock(boolean async) {
        LockOptions beating = HELD.withHeartbeat();
        long counter = CounterAhead.of(locks, "k");
        LockHandle lock = async ? guard.async().acquire("k", beating).join() : guard.acquire("k", beating);
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();

        assertThat(locks.loseLock("k")).isTrue();

        assertThat(locks.loseLock("k")).isFalse();
        assertThat(lock.isHeld()).isTrue();
        assertThat(elsewhere.tryAcquire("k").orElseThrow().fence().value())
                .as("the counter stays")
                .isEqualTo(counter + 2);
        locks.advance(beating.ttl().dividedBy(3));
        assertThat(lock.isHeld()).isFalse();
        Await.until("the holder is told", told::isDone);
    }

    @Test
    @DisplayName("HLD-6 work whose lock the server has lost fails with LOCK_LOST")
    void losesLockDuringWork() {
        assertThatThrownBy(() ->
                        guard.run("k", () -> assertThat(locks.loseLock("k")).isTrue()))
                .isInstanceOf(LockLostException.class);
    }

    @Test
    @DisplayName("a lock is lost under whatever prefix it is held, by the long form of its key too")
    void losesLockUnderPrefix() {
        String key = "k".repeat(600);
        try (SyncGuard prefixed =
                SyncGuard.using(locks.backend(MemoryOptions.defaults().withKeyPrefix("app")))) {
            HeldLock lock = prefixed.acquire(key);

            assertThat(locks.loseLock(key)).isTrue();

            assertThat(lock.release()).isFalse();
        }
        assertThatThrownBy(() -> locks.loseLock("")).isInstanceOf(InvalidArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = LockErrorCode.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ACQUISITION_TIMEOUT", "LOCK_LOST"})
    @DisplayName("the next call fails with the code that was asked for, in both views, and the one after it succeeds")
    void failsNext(LockErrorCode code) {
        for (boolean async : new boolean[] {false, true}) {
            locks.failNext(code);

            LockException e = failure(async, "k");

            assertThat(e.code()).isEqualTo(code);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e.operation()).isEqualTo(LockOperation.ACQUIRE);
            assertThat(elsewhere.isLocked("k")).isFalse();
            guard.run("k", () -> {});
        }
    }

    @Test
    @DisplayName("a call of each operation fails, and calls of others do not")
    void operations() {
        HeldLock lock = guard.acquire("k", HELD);
        List<Runnable> calls = List.of(
                () -> guard.ping(),
                () -> {
                    assertThat(guard.tryAcquire("other")).isPresent();
                },
                lock::release,
                () -> lock.extend(LONG),
                () -> guard.isLocked("k"),
                () -> guard.lookup("k"));
        List<LockOperation> operations = List.of(
                LockOperation.PING,
                LockOperation.ACQUIRE,
                LockOperation.RELEASE,
                LockOperation.EXTEND,
                LockOperation.IS_LOCKED,
                LockOperation.LOOKUP);
        for (int i = 0; i < calls.size(); i++) {
            locks.failNext(Fault.of(LockErrorCode.RATE_LIMITED).during(operations.get(i)));
            for (int other = 0; other < calls.size(); other++) {
                if (other != i
                        && operations.get(other) != LockOperation.RELEASE
                        && operations.get(other) != LockOperation.ACQUIRE) {
                    calls.get(other).run();
                }
            }

            LockException e = catchThrowableOfType(LockException.class, calls.get(i)::run);

            assertThat(e.code()).isEqualTo(LockErrorCode.RATE_LIMITED);
            assertThat(e.operation()).isEqualTo(operations.get(i));
        }
        assertThat(lock.isHeld()).isTrue();
    }

    @Test
    @DisplayName("faults come in the order in which they were asked for, before one that lasts")
    void order() {
        locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        locks.failNext(LockErrorCode.RATE_LIMITED);
        locks.failNext(LockErrorCode.AUTH_FAILED);

        assertThat(failure(false, "k").code()).isEqualTo(LockErrorCode.RATE_LIMITED);
        assertThat(failure(false, "k").code()).isEqualTo(LockErrorCode.AUTH_FAILED);
        for (int i = 0; i < 5; i++) {
            assertThat(failure(i % 2 == 0, "k").code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        }
        locks.recover();
        guard.run("k", () -> {});
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    @DisplayName("ACQ-4 an acquire of unknown outcome leaves no lock behind, whether or not it took effect")
    void acquireOfUnknownOutcome(boolean async, boolean takesEffect) {
        Fault fault = Fault.of(LockErrorCode.NETWORK_TIMEOUT).during(LockOperation.ACQUIRE);
        locks.failNext(takesEffect ? fault.afterTakingEffect() : fault.beforeTakingEffect());
        long counter = CounterAhead.of(locks, "k");

        LockException e = failure(async, "k");

        assertThat(e).isInstanceOf(BackendUnavailableException.class);
        assertThat(e.isOutcomeUnknown()).isTrue();
        Await.until("nothing is left", () -> !elsewhere.isLocked("k"));
        assertThat(elsewhere.acquire("k").fence().value()).isEqualTo(counter + (takesEffect ? 2 : 1));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    @DisplayName("REL-2 a release of unknown outcome did what the fault says, and can be repeated")
    void releaseOfUnknownOutcome(boolean async, boolean takesEffect) {
        Fault fault = Fault.of(LockErrorCode.SERVICE_UNAVAILABLE).during(LockOperation.RELEASE);
        locks.failNext(takesEffect ? fault.afterTakingEffect() : fault.beforeTakingEffect());
        if (async) {
            AsyncHeldLock lock = guard.async().acquire("k", HELD).join();
            assertThat(failureOf(lock.release()).isOutcomeUnknown()).isTrue();
            assertThat(elsewhere.isLocked("k")).isEqualTo(!takesEffect);
            assertThat(lock.isHeld()).isFalse();
            assertThat(lock.release().join()).isEqualTo(!takesEffect);
        } else {
            HeldLock lock = guard.acquire("k", HELD);
            assertThat(catchThrowableOfType(LockException.class, lock::release).isOutcomeUnknown())
                    .isTrue();
            assertThat(elsewhere.isLocked("k")).isEqualTo(!takesEffect);
            assertThat(lock.isHeld()).isFalse();
            assertThat(lock.release()).isEqualTo(!takesEffect);
        }
        assertThat(elsewhere.isLocked("k")).isFalse();
    }

    @Test
    @DisplayName("HLD-2 a heartbeat survives an outage that is shorter than the rest of the ttl, and no longer one")
    void outage() {
        HeldLock lock = guard.acquire("k", HELD.withHeartbeat());
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();
        Duration third = HELD.ttl().dividedBy(3);
        locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        locks.advance(third);
        locks.advance(third.dividedBy(2));
        assertThat(lock.isHeld()).isTrue();
        locks.recover();
        locks.advance(Duration.ofSeconds(1));
        assertThat(lock.remaining()).isGreaterThan(HELD.ttl().minusMinutes(2));

        locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        locks.advance(HELD.ttl(), third);

        assertThat(lock.isHeld()).isFalse();
        Await.until("the holder is told", told::isDone);
    }

    @Test
    @DisplayName("OPT-4 slow asynchronous calls do not block their callers, and are answered when their time has come")
    void slowAsync() {
        locks.delayCalls(LONG.dividedBy(2));

        CompletableFuture<AsyncHeldLock> lock = guard.async().acquire("k", HELD);
        CompletableFuture<Duration> ping = guard.async().ping();
        CompletableFuture<Boolean> locked = guard.async().isLocked("k");
        CompletableFuture<Optional<AsyncHeldLock>> none = guard.async().tryAcquire("other");
        none.cancel(true);
        Await.until("the first has taken effect", () -> isLockedNow("k"));

        assertThat(List.of(lock, ping, locked)).noneMatch(CompletableFuture::isDone);
        locks.advance(LONG.dividedBy(2).minusSeconds(120));
        assertThat(List.of(lock, ping, locked)).noneMatch(CompletableFuture::isDone);
        Await.until("all are answered", () -> {
            locks.advance(Duration.ofSeconds(10));
            return lock.isDone() && ping.isDone() && locked.isDone();
        });
        assertThat(ping.join()).isGreaterThanOrEqualTo(LONG.dividedBy(2));
        locks.recover();
        assertThat(lock.join().release().join()).isTrue();
        Await.until("what was cancelled is freed", () -> !isLockedNow("other"));
    }

    /** Asks the store itself, which is never slow. */
    private boolean isLockedNow(String key) {
        return locks.store().under(StorageKeys.DEFAULT_PREFIX).isLocked(key);
    }

    @Test
    @DisplayName("OPT-2 a slow blocking call returns when its time has come, by the moved clock")
    void slowBlocking() {
        locks.delayCalls(LONG.dividedBy(2));
        AtomicReference<HeldLock> acquired = new AtomicReference<>();
        Thread thread = new Thread(() -> acquired.set(guard.acquire("k", HELD)));
        thread.start();
        Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(acquired).hasValue(null);

        locks.advance(LONG.dividedBy(2));

        Await.until("it is answered", () -> acquired.get() != null);
        assertThat(acquired.get().remaining()).isLessThan(HELD.ttl().minus(LONG.dividedBy(2)));
        locks.recover();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "OPT-2, ACQ-4 a call that is slower than the operation timeout ends with NETWORK_TIMEOUT, and leaves no lock behind")
    void tooSlow(boolean async) {
        locks.delayCalls(LONG.multipliedBy(2));
        AtomicReference<LockException> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> failure.set(failure(async, "k")));
        thread.start();
        Await.until("it has taken effect", () -> isLockedNow("k"));
        locks.delayCalls(Duration.ZERO);

        locks.advance(LONG);
        Await.until("it has ended", () -> failure.get() != null);

        assertThat(failure.get().code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(failure.get().isOutcomeUnknown()).isTrue();
        Await.until("nothing is left", () -> !elsewhere.isLocked("k"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("OPT-3 closing a guard ends slow calls with ABORTED")
    void closedMeanwhile(boolean async) {
        SyncGuard closed =
                SyncGuard.using(locks.backend(MemoryOptions.defaults().withOperationTimeout(LONG)));
        locks.delayCalls(LONG);
        AtomicReference<LockException> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> failure.set(
                async
                        ? failureOf(closed.async().isLocked("k"))
                        : catchThrowableOfType(LockException.class, () -> closed.isLocked("k"))));
        thread.start();
        Await.until("it waits", () -> thread.getState() == (async ? Thread.State.WAITING : Thread.State.TIMED_WAITING));

        closed.close();

        Await.until("it has ended", () -> failure.get() != null);
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("OPT-4 once nothing fails or is slow any more, asynchronous calls are answered at once, as before")
    void recovered() {
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        locks.failNext(Fault.of(LockErrorCode.RATE_LIMITED).during(LockOperation.PING));
        locks.failAll(Fault.of(LockErrorCode.AUTH_FAILED));
        locks.delayCalls(LONG);

        locks.recover();

        for (int i = 0; i < 100; i++) {
            assertThat(guard.async().ping()).isCompleted();
        }
    }

    @Test
    @DisplayName("a delay passes by itself too")
    void delayPasses() {
        locks.delayCalls(Duration.ofMillis(30));

        assertThat(guard.ping()).isGreaterThanOrEqualTo(Duration.ofMillis(30));
        assertThat(guard.async().ping().join()).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a slow call with ABORTED, and leaves no lock behind")
    void interrupted() {
        locks.delayCalls(LONG);
        AtomicReference<LockException> failure = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            failure.set(catchThrowableOfType(LockException.class, () -> guard.acquire("k", HELD)));
            flag.set(Thread.interrupted());
        });
        thread.start();
        Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        locks.delayCalls(Duration.ZERO);

        thread.interrupt();

        Await.until("it has ended", () -> flag.get() != null);
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(flag).hasValue(true);
        Await.until("nothing is left", () -> !elsewhere.isLocked("k"));
    }

    @Test
    @DisplayName("a fault's text says what it does")
    void text() {
        assertThat(Fault.of(LockErrorCode.INTERNAL)).hasToString("Fault[INTERNAL, request REFUSED]");
        assertThat(Fault.of(LockErrorCode.NETWORK_TIMEOUT)
                        .during(LockOperation.ACQUIRE)
                        .afterTakingEffect())
                .hasToString("Fault[NETWORK_TIMEOUT during acquire, request DONE]");
    }

    @Test
    @DisplayName("ERR-4 faults and delays that no backend can have are refused")
    void refused() {
        assertThatThrownBy(() -> locks.failNext(LockErrorCode.LOCK_LOST)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> locks.failNext(LockErrorCode.ACQUISITION_TIMEOUT))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> locks.failNext((LockErrorCode) null)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> locks.failNext((Fault) null)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> locks.failAll(null)).isInstanceOf(InvalidArgumentException.class);
        for (LockOperation invalid : new LockOperation[] {null, LockOperation.VALIDATE, LockOperation.FENCED_WRITE}) {
            assertThatThrownBy(() -> Fault.of(LockErrorCode.INTERNAL).during(invalid))
                    .isInstanceOf(InvalidArgumentException.class);
        }
        for (Duration invalid : new Duration[] {null, Duration.ofNanos(-1), Duration.ofDays(366)}) {
            assertThatThrownBy(() -> locks.delayCalls(invalid)).isInstanceOf(InvalidArgumentException.class);
        }
        locks.delayCalls(Duration.ofDays(365));
    }
}
