package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.AsyncHeldLock;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockHandle;
import io.syncguard.LockListener;
import io.syncguard.LockLostException;
import io.syncguard.LockOptions;
import io.syncguard.LostLock;
import io.syncguard.SyncGuard;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of {@link TestLocks}, as holders, heartbeats and those that wait see it. */
@Timeout(180)
class MovedTimeTest {
    /** No ttl and no wait of this length ends by itself while a test runs. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final Duration AFTER_LONG = LONG.plusSeconds(1);

    private static final LockOptions HELD = LockOptions.defaults().withTtl(LONG);

    private static final LockOptions BEATING = HELD.withHeartbeat();

    private static final LockOptions WAITING = LockOptions.defaults().withTimeout(LONG);

    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard elsewhere = locks.guard();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        guard.close();
        elsewhere.close();
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).as("a thread that was left behind").isFalse();
        }
    }

    /** Runs work on a thread of its own, and returns once that waits for a lock. */
    private void startWaiting(Runnable work) {
        Thread thread = new Thread(work);
        threads.add(thread);
        thread.start();
        Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    private LockHandle acquired(boolean async, LockOptions options) {
        return async ? guard.async().acquire("k", options).join() : guard.acquire("k", options);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("TIME-5, TIME-8, HLD-4 a lock whose ttl was jumped over is not held at once, and its holder is told")
    void expires(boolean async) {
        for (LockOptions options : List.of(HELD, BEATING)) {
            LockHandle lock = acquired(async, options);
            CountDownLatch told = new CountDownLatch(1);
            lock.onLost(told::countDown);
            CompletableFuture<Void> lost = lock.lost().toCompletableFuture();
            locks.advance(LONG.dividedBy(4));
            assertThat(lock.isHeld()).isTrue();

            locks.advance(LONG);

            assertThat(lock.isHeld()).isFalse();
            assertThat(lock.remaining()).isZero();
            Await.until("the holder is told", () -> lost.isDone() && told.getCount() == 0);
            locks.advance(Duration.ofSeconds(1));
            assertThat(elsewhere.isLocked("k")).isFalse();
        }
    }

    @Test
    @DisplayName("TIME-3, TIME-8 the lock is free for others a second after its ttl, and not before")
    void freeForOthers() {
        HeldLock lock = guard.acquire("k", HELD);

        locks.advance(LONG);
        assertThat(lock.isHeld()).isFalse();
        assertThat(elsewhere.tryAcquire("k")).as("within the tolerance").isEmpty();

        locks.advance(Duration.ofSeconds(1));
        assertThat(elsewhere.tryAcquire("k")).isPresent();
        assertThat(lock.release()).isFalse();
    }

    @Test
    @DisplayName(
            "TIME-7 a jump is no drift of the clocks: the lock stays held for the rest of its ttl, without asking the server")
    void noDrift() {
        for (LockOptions options : List.of(HELD, BEATING.withTtl(LONG.multipliedBy(10)))) {
            try (HeldLock lock = guard.acquire("k", options)) {
                locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
                locks.advance(LONG.dividedBy(2));

                assertThat(lock.isHeld()).isTrue();
                assertThat(lock.remaining())
                        .isBetween(
                                options.ttl().minus(LONG.dividedBy(2)).minusSeconds(120),
                                options.ttl().minus(LONG.dividedBy(2)));
                locks.recover();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("HLD-1, TIME-8 a heartbeat that a jump makes due was sent when the clock has been moved")
    void beats(boolean async) {
        for (int r = 0; r < 100; r++) {
            TestLocks fresh = TestLocks.create();
            try (SyncGuard one = fresh.guard()) {
                LockHandle lock = async ? one.async().acquire("k", BEATING).join() : one.acquire("k", BEATING);

                fresh.advance(LONG.dividedBy(2));

                assertThat(lock.remaining()).isGreaterThan(LONG.minusSeconds(120));
                assertThat(one.lookup("k").orElseThrow().remaining()).isGreaterThan(LONG.minusSeconds(120));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("HLD-1, TIME-8 in steps a heartbeat keeps many locks for many times their ttl")
    void keptInSteps(boolean async) {
        LockHandle lock = acquired(async, BEATING);
        AtomicInteger lost = new AtomicInteger();
        lock.onLost(lost::incrementAndGet);
        List<HeldLock> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            HeldLock other = elsewhere.acquire("other-" + i, BEATING);
            other.onLost(lost::incrementAndGet);
            many.add(other);
        }

        locks.advance(LONG.multipliedBy(50), LONG.dividedBy(3));

        assertThat(lock.isHeld()).isTrue();
        assertThat(many).allMatch(LockHandle::isHeld);
        assertThat(elsewhere.tryAcquire("k")).isEmpty();
        assertThat(lost).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "HLD-6 work whose lock is jumped over fails with LOCK_LOST, and its listener hears how long it was held")
    void lostDuringWork(boolean heartbeat) {
        AtomicReference<LostLock> heard = new AtomicReference<>();
        LockListener listener = new LockListener() {
            @Override
            public void lockLost(LostLock lost) {
                heard.set(lost);
            }
        };
        try (SyncGuard listened = locks.guard(GuardOptions.defaults().withListener(listener))) {
            assertThatThrownBy(() -> listened.run("k", heartbeat ? BEATING : HELD, lock -> {
                        lock.onLost(() -> {});
                        locks.advance(AFTER_LONG);
                        elsewhere.run("k", () -> {});
                    }))
                    .isInstanceOf(LockLostException.class);
            Await.until("the listener has heard of it", () -> heard.get() != null);
            assertThat(heard.get().heldFor()).isGreaterThanOrEqualTo(LONG);
        }
    }

    @Test
    @DisplayName("WAI-2, TIME-8 waiting threads and futures get, one after another, a lock that a jump has freed")
    void waitersAcquire() {
        HeldLock dead = guard.acquire("k", HELD);
        AtomicInteger taken = new AtomicInteger();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        LockOptions patient = WAITING.withTimeout(LONG.multipliedBy(3));
        for (SyncGuard each : List.of(guard, elsewhere, guard)) {
            startWaiting(() -> each.run("k", patient, taken::incrementAndGet));
            futures.add(each.async().run("k", patient, () -> {
                taken.incrementAndGet();
                return CompletableFuture.completedFuture(null);
            }));
        }

        locks.advance(AFTER_LONG);

        Await.until("all have had it", () -> taken.get() == 6);
        futures.forEach(CompletableFuture::join);
        assertThat(dead.release()).isFalse();
    }

    @Test
    @DisplayName(
            "WAI-2, TIME-8 waiting threads and futures, first in their queue and behind, time out by the moved clock")
    void waitersTimeOut() {
        HeldLock held = guard.acquire("k", HELD.withTtl(LONG.multipliedBy(3)));
        AtomicInteger timedOut = new AtomicInteger();
        List<CompletableFuture<AsyncHeldLock>> futures = new ArrayList<>();
        for (SyncGuard each : List.of(guard, elsewhere, guard)) {
            startWaiting(() -> {
                if (catchThrowableOfType(AcquisitionTimeoutException.class, () -> each.acquire("k", WAITING)) != null) {
                    timedOut.incrementAndGet();
                }
            });
            futures.add(each.async().acquire("k", WAITING));
        }
        startWaiting(() -> {
            try {
                if (!guard.asLock("k").tryLock(LONG.toSeconds(), TimeUnit.SECONDS)) {
                    timedOut.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        locks.advance(LONG);

        Await.until(
                "all have timed out",
                () -> timedOut.get() == 4 && futures.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    @DisplayName("WAI-2, TIME-8 a waiting thread times out by the moved clock while the one before it waits on")
    void waiterBehindTimesOut() {
        HeldLock held = guard.acquire("k", HELD.withTtl(LONG.multipliedBy(3)));
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", WAITING.withTimeout(LONG.multipliedBy(9)));
        AtomicReference<AcquisitionTimeoutException> timedOut = new AtomicReference<>();
        startWaiting(() -> timedOut.set(
                catchThrowableOfType(AcquisitionTimeoutException.class, () -> guard.acquire("k", WAITING))));

        locks.advance(LONG);

        Await.until("it has timed out", () -> timedOut.get() != null);
        assertThat(first).isNotDone();
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    @DisplayName("HLD-9, TIME-8 a wait that is longer than any timeout is measured by the moved clock")
    void longestWait() {
        Duration year = Duration.ofDays(365);
        HeldLock held = guard.acquire("k", HELD.withTtl(year));
        AtomicReference<Boolean> locked = new AtomicReference<>();
        startWaiting(() -> {
            try {
                locked.set(guard.asLock("k").tryLock(400, TimeUnit.DAYS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        for (int days : new int[] {200, 170, 31}) {
            assertThat(locked).hasValue(null);
            locks.advance(Duration.ofDays(days));
            assertThat(held.extend(year)).isTrue();
        }

        Await.until("it has given up", () -> locked.get() != null);
        assertThat(locked).hasValue(false);
    }

    @Test
    @DisplayName("HLD-8, TIME-8 a minimum hold ends by the moved clock")
    void minimumHold() {
        for (Duration held : List.of(Duration.ZERO, LONG.dividedBy(4))) {
            HeldLock lock = guard.acquire("k", HELD.withMinHold(LONG));
            locks.advance(held);
            lock.close();
            assertThat(elsewhere.isLocked("k")).isTrue();
            locks.advance(LONG.dividedBy(2));
            assertThat(elsewhere.isLocked("k")).isTrue();

            locks.advance(LONG.dividedBy(2).minus(held).plusSeconds(1));

            assertThat(elsewhere.isLocked("k")).isFalse();
        }
    }

    @Test
    @DisplayName("FEN-1, TIME-8 fences rise across locks that were jumped over, by as much as the clock was moved")
    void fences() {
        long last = fence();
        for (int i = 0; i < 20; i++) {
            locks.advance(AFTER_LONG);

            long next = fence();

            assertThat(next - last).isBetween(unitsOf(AFTER_LONG), unitsOf(AFTER_LONG.plusMinutes(5)));
            last = next;
        }
    }

    /** Takes the lock from whoever has had it until now, and returns the token. */
    private long fence() {
        return guard.tryAcquire("k", HELD).orElseThrow().fence().value();
    }

    /** Returns how far tokens rise in a time. */
    private static long unitsOf(Duration time) {
        return time.toMillis() * 100;
    }

    @Test
    @DisplayName(
            "FEN-1 fences go on by ones while the clock has gone back by an hour, and follow it once it is there again")
    void clockGoesBack() {
        List<Long> fences = new ArrayList<>();
        fences.add(releasedFence());
        locks.store().clock().advance(Duration.ofHours(-1));
        for (int i = 1; i <= 20; i++) {
            fences.add(releasedFence());
            assertThat(fences.get(i)).as("within the hour").isEqualTo(fences.get(0) + i);
        }
        long withoutCounter = guard.call("other", lock -> lock.fence().value());
        assertThat(withoutCounter)
                .as("a key without a counter, by the clock that went back")
                .isLessThan(fences.get(0));

        locks.store().clock().advance(Duration.ofHours(1).plusSeconds(1));

        long caughtUp = releasedFence();
        assertThat(caughtUp - fences.get(0)).isBetween(unitsOf(Duration.ofSeconds(1)), unitsOf(Duration.ofMinutes(5)));
        withoutCounter = guard.call("other", lock -> lock.fence().value());
        assertThat(withoutCounter).as("the other key").isGreaterThanOrEqualTo(caughtUp);
    }

    private long releasedFence() {
        return guard.call("k", HELD, lock -> lock.fence().value());
    }

    @Test
    @DisplayName("threads that begin to wait just when the clock is moved do not miss that")
    void noJumpIsMissed() {
        for (int i = 0; i < 300; i++) {
            HeldLock held = guard.acquire("k", HELD.withTtl(LONG.multipliedBy(3)));
            AtomicInteger done = new AtomicInteger();
            Thread waiter = new Thread(() -> {
                if (catchThrowableOfType(AcquisitionTimeoutException.class, () -> guard.acquire("k", WAITING))
                        != null) {
                    done.incrementAndGet();
                }
            });
            threads.add(waiter);
            waiter.start();
            CompletableFuture<AsyncHeldLock> future = guard.async().acquire("k", WAITING);
            int spins = i;
            while (spins-- > 0) {
                Thread.onSpinWait();
            }

            locks.advance(LONG);
            // It may have begun just after the clock was moved.
            Await.until("it has begun", () -> waiter.getState() != Thread.State.RUNNABLE);
            locks.advance(LONG);

            Await.until("both have timed out", () -> done.get() == 1 && future.isCompletedExceptionally());
            assertThat(held.release()).isTrue();
        }
    }

    @Test
    @DisplayName("a lock of 30 s expires in less than 50 ms, for its holder and for others")
    void fast() {
        guard.acquire("warm up").close();
        try (StallMeter stalls = StallMeter.start()) {
            HeldLock lock = guard.acquire("k");
            locks.advance(Duration.ofSeconds(31));
            assertThat(lock.isHeld()).isFalse();
            assertThat(elsewhere.tryAcquire("k")).isPresent();

            assertThat(stalls.elapsed()).isLessThan(Duration.ofMillis(50));
        }
    }

    @Test
    @DisplayName("ERR-4 the clock goes forward only, and steps are longer than zero")
    void refused() {
        for (Duration invalid : new Duration[] {null, Duration.ofNanos(-1), Duration.ofDays(3_651)}) {
            assertThatThrownBy(() -> locks.advance(invalid)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> locks.advance(LONG, invalid)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> locks.advance(invalid, LONG)).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> locks.advance(LONG, Duration.ZERO)).isInstanceOf(InvalidArgumentException.class);
        HeldLock lock = guard.acquire("k", HELD);
        locks.advance(Duration.ZERO);
        assertThat(lock.isHeld()).isTrue();
        locks.advance(Duration.ofDays(3_650));
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName("the locks of a name are those of its address")
    void named() {
        TestLocks named = TestLocks.named("moved-time-test");
        try (SyncGuard connected = SyncGuard.connect("memory:moved-time-test")) {
            HeldLock lock = connected.acquire("k");
            named.advance(Duration.ofSeconds(31));

            assertThat(lock.isHeld()).isFalse();
        }
        assertThatThrownBy(() -> TestLocks.named("")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> TestLocks.named(null)).isInstanceOf(InvalidArgumentException.class);
    }
}
