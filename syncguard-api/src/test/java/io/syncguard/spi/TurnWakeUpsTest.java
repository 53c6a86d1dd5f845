package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No turn is lost or used twice, whichever way places come and go. */
@Timeout(180)
class TurnWakeUpsTest {
    private static final LockKey KEY = LockKey.of("key");
    private static final LockId ID = LockId.random();
    private static final Ttl TTL = new Ttl(1_000);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Acquired ACQUIRED = new Acquired(new FenceToken(1), Instant.EPOCH);

    private final ContendedBackend backend = new ContendedBackend();
    private final ScriptedQueue queue = new ScriptedQueue();
    private final TurnWakeUps turns = over(queue);
    private final AtomicInteger calls = new AtomicInteger();

    private TurnWakeUps over(TurnQueue with) {
        return TurnWakeUps.over(
                LockBackend.blocking(backend), StorageKeys.under("app", true)::stored, with, SECOND, SECOND);
    }

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    /** A queue that answers what a test says, and keeps a record of what it was asked. */
    private static class ScriptedQueue implements TurnQueue {
        final List<String> listens = new CopyOnWriteArrayList<>();
        final List<TurnAttempt> attempts = new CopyOnWriteArrayList<>();
        final List<TurnAttempt> blocking = new CopyOnWriteArrayList<>();
        final List<String> passedOn = new CopyOnWriteArrayList<>();
        final List<Long> left = new CopyOnWriteArrayList<>();
        volatile boolean hears = true;
        volatile Runnable listening = () -> {};
        volatile Runnable leaving = () -> {};
        volatile Function<TurnAttempt, CompletableFuture<AcquireResult>> answers =
                attempt -> CompletableFuture.completedFuture(Contended.unknown());
        volatile Function<String, CompletableFuture<?>> passing = stored -> CompletableFuture.completedFuture(null);

        @Override
        public void listen(String stored) {
            listens.add(stored);
            listening.run();
        }

        @Override
        public boolean hears(String stored) {
            return hears;
        }

        @Override
        public AcquireResult acquire(TurnAttempt attempt) {
            blocking.add(attempt);
            return TurnQueue.super.acquire(attempt);
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(TurnAttempt attempt) {
            attempts.add(attempt);
            return answers.apply(attempt);
        }

        @Override
        public CompletableFuture<?> passOn(String stored) {
            passedOn.add(stored);
            return passing.apply(stored);
        }

        @Override
        public CompletableFuture<?> leave(String stored, long place) {
            left.add(place);
            leaving.run();
            return CompletableFuture.completedFuture(null);
        }
    }

    private WakeUps.Place entered() {
        return turns.enter(KEY, calls::incrementAndGet);
    }

    private static AcquireResult attempt(WakeUps.Place place) {
        return place.acquire(ID, TTL, Duration.ZERO);
    }

    private static CompletableFuture<AcquireResult> attemptAsync(WakeUps.Place place) {
        return place.acquireAsync(ID, TTL, Duration.ZERO);
    }

    /** Returns what a future that is complete has failed with. */
    private static LockException failureOf(CompletableFuture<AcquireResult> attempt) {
        assertThat(attempt).isCompletedExceptionally();
        return (LockException) attempt.handle((result, failure) -> failure).join();
    }

    @Test
    @DisplayName("WAI-8 these wake-ups take turns")
    void level() {
        assertThat(turns.level()).isEqualTo(WakeUps.Level.TURNS);
    }

    @Test
    @DisplayName("WAI-7 a turn that nobody waits for is passed on")
    void nobody() {
        turns.ourTurn("key");

        assertThat(queue.passedOn).containsExactly("key");
    }

    @Test
    @DisplayName("WAI-3 a process that is told neither holds back nor stands aside any more")
    void toldMeanwhile() {
        WakeUps.Place unused = entered();
        for (int i = 0; i < 100; i++) {
            turns.wokenElsewhere("key", "1", true);
            turns.ourTurn("key");

            assertThat(turns.holdBack(KEY)).isZero();
            assertThat(turns.standAside(KEY)).isZero();
        }
    }

    @Test
    @DisplayName("WAI-3 a release in favour of one of several ends the standing aside of an earlier one")
    void standsAsideForTheLastOnly() {
        WakeUps.Place place = entered();
        for (int i = 0; i < 100; i++) {
            turns.wokenElsewhere("key", "1", true);
            turns.wokenElsewhere("key", "2", false);

            assertThat(turns.standAside(KEY)).isZero();
            assertThat(attempt(place)).isEqualTo(Contended.unknown());
        }
        // A stall may be as long as it holds back.
        assertThat(queue.attempts).anySatisfy(each -> {
            assertThat(each.holdBack()).isPositive();
            assertThat(each.note()).isEqualTo("2");
        });
    }

    @Test
    @DisplayName(
            "WAI-3 a key that is too long is nothing to hold back for, can be waited for, and its attempt says what is wrong")
    void tooLong() {
        LockKey tooLong = LockKey.of("x".repeat(2_000));
        turns.wokenElsewhere("key", "", true);

        assertThat(turns.holdBack(tooLong)).isZero();
        assertThat(turns.standAside(tooLong)).isZero();
        try (WakeUps.Place place = turns.enter(tooLong, calls::incrementAndGet)) {
            assertThat(attempt(place)).isEqualTo(Contended.unknown());
            assertThat(attemptAsync(place)).isCompletedWithValue(Contended.unknown());
        }
        assertThat(backend.acquires).containsExactly(tooLong, tooLong);
        assertThat(queue.attempts).isEmpty();
    }

    @Test
    @DisplayName("WAI-3 standing aside is no longer than holding back")
    void times() {
        assertThatThrownBy(() -> TurnWakeUps.over(
                        LockBackend.blocking(backend), LockKey::value, queue, Duration.ofMillis(1), SECOND))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("WAI-7 a turn is passed on once by a place that is left without an attempt since")
    void unused() {
        WakeUps.Place place = entered();
        CompletableFuture<AcquireResult> before = new CompletableFuture<>();
        queue.answers = attempt -> before;
        CompletableFuture<AcquireResult> early = attemptAsync(place);
        turns.ourTurn("key");
        before.complete(Contended.unknown());
        assertThat(early).isCompleted();

        place.close();
        place.close();

        assertThat(calls).hasValue(1);
        assertThat(queue.passedOn).containsExactly("key");
        assertThat(queue.left).hasSize(1);
    }

    @Test
    @DisplayName("WAI-7 a turn that an attempt has used, or that came while the lock was acquired, is not passed on")
    void used() {
        WakeUps.Place tried = entered();
        turns.ourTurn("key");
        assertThat(attempt(tried)).isEqualTo(Contended.unknown());
        tried.close();

        WakeUps.Place served = entered();
        queue.answers = attempt -> {
            turns.ourTurn("key");
            return CompletableFuture.completedFuture(ACQUIRED);
        };
        assertThat(attempt(served)).isEqualTo(ACQUIRED);
        served.close();

        WakeUps.Place never = entered();
        never.close();

        assertThat(queue.passedOn).isEmpty();
    }

    @Test
    @DisplayName("WAI-7 a turn that came during a vain or a failed attempt is passed on by leaving")
    void cameMeanwhile() {
        WakeUps.Place vain = entered();
        queue.answers = attempt -> {
            turns.ourTurn("key");
            return CompletableFuture.completedFuture(Contended.unknown());
        };
        assertThat(attempt(vain)).isEqualTo(Contended.unknown());
        vain.close();
        assertThat(queue.passedOn).hasSize(1);

        WakeUps.Place failed = entered();
        turns.ourTurn("key");
        queue.answers = attempt -> CompletableFuture.failedFuture(LockException.invalidArgument("for a test"));
        assertThatThrownBy(() -> attempt(failed)).isInstanceOf(LockException.class);
        failed.close();
        assertThat(queue.passedOn).hasSize(2);
    }

    @Test
    @DisplayName("WAI-7 a caller that leaves as soon as its future is complete has used its turn")
    void leavesAtOnce() {
        CompletableFuture<AcquireResult> answer = new CompletableFuture<>();
        queue.answers = attempt -> answer;
        WakeUps.Place place = entered();
        turns.ourTurn("key");
        CompletableFuture<Void> left = attemptAsync(place).thenAccept(result -> place.close());

        answer.complete(ACQUIRED);

        assertThat(left).isCompleted();
        assertThat(queue.passedOn).isEmpty();
    }

    @Test
    @DisplayName("WAI-7 a place that is left at the very moment of its turn passes it on, once")
    void leavesMeanwhile() throws InterruptedException {
        int rounds = 100_000;
        AtomicInteger passes = new AtomicInteger();
        ScriptedQueue counting = new ScriptedQueue() {
            @Override
            public CompletableFuture<?> passOn(String stored) {
                passes.incrementAndGet();
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletableFuture<?> leave(String stored, long place) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void listen(String stored) {}
        };
        TurnWakeUps racing = over(counting);
        AtomicReference<WakeUps.Place> place = new AtomicReference<>();
        AtomicInteger told = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        Thread leaver = new Thread(() -> {
            for (int i = 1; i <= rounds; i++) {
                awaitAtOnce(told, i);
                place.get().close();
                left.set(i);
            }
        });
        leaver.start();

        for (int i = 1; i <= rounds; i++) {
            place.set(racing.enter(KEY, () -> {}));
            told.set(i);
            racing.ourTurn("key");
            awaitAtOnce(left, i);
        }
        leaver.join();

        assertThat(passes).hasValue(rounds);
        assertThat(racing.waitedFor()).as("keys that are remembered").isZero();
    }

    /** Waits for less time than a sleeping thread takes to wake, and leaves the processor to others meanwhile. */
    @SuppressWarnings("ThreadPriorityCheck") // There may be one processor only.
    private static void awaitAtOnce(AtomicInteger number, int expected) {
        for (int looks = 0; number.get() < expected; looks++) {
            if (looks < 1_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("WAI-7 a waiter that has left is not called, and leaves the turn that it was called for too late")
    void calledTooLate() {
        CalledWaiter waiter = new CalledWaiter(KEY, calls::incrementAndGet);
        assertThat(waiter.leave()).isTrue();
        assertThat(waiter.leavesTurn()).isFalse();

        waiter.call();

        assertThat(calls).hasValue(0);
        assertThat(waiter.leavesTurn()).isTrue();
        assertThat(waiter.leavesTurn()).isFalse();
        assertThat(waiter.leave()).isFalse();
    }

    @Test
    @DisplayName("WAI-7 a place that is left by its own call passes the turn on, once")
    void leavesWhenCalled() {
        AtomicReference<WakeUps.Place> place = new AtomicReference<>();
        place.set(turns.enter(KEY, () -> place.get().close()));

        turns.ourTurn("key");

        assertThat(queue.passedOn).containsExactly("key");
    }

    @Test
    @DisplayName(
            "WAI-7 leaving names the place that is left, and never the one that is entered at once for the same key")
    void enteredAgain() {
        WakeUps.Place first = entered();
        assertThat(attempt(first)).isEqualTo(Contended.unknown());
        first.close();
        WakeUps.Place second = entered();
        assertThat(attempt(second)).isEqualTo(Contended.unknown());
        first.close();
        turns.ourTurn("key");

        assertThat(queue.left).containsExactly(queue.attempts.get(0).place());
        assertThat(queue.attempts.get(1).place())
                .isGreaterThan(queue.attempts.get(0).place());
        assertThat(queue.attempts.get(0).isOpen()).isFalse();
        assertThat(queue.attempts.get(1).isOpen()).isTrue();
        assertThat(calls).as("calls of the second place").hasValue(1);
        assertThat(queue.passedOn).isEmpty();
    }

    @Test
    @DisplayName("WAI-7 a place that another one replaces is left, and passes on what it was called for")
    void replaced() {
        WakeUps.Place first = entered();
        turns.ourTurn("key");
        WakeUps.Place second = entered();

        assertThat(queue.passedOn).hasSize(1);
        first.close();
        turns.ourTurn("key");
        assertThat(calls).as("calls of the first place, and of the second").hasValue(2);
        second.close();
        assertThat(queue.passedOn).hasSize(2);
        assertThat(queue.left).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("WAI-7 what a call throws keeps nobody else from being called")
    void failingCall() {
        for (int i = 0; i < 20; i++) {
            WakeUps.Place unused = turns.enter(LockKey.of("failing" + i), TurnWakeUpsTest::fail);
        }
        WakeUps.Place unused = entered();

        turns.mayHaveMissed();
        turns.ourTurn("failing0");

        assertThat(calls).hasValue(1);
    }

    private static void fail() {
        throw new IllegalStateException("thrown by a test");
    }

    @Test
    @DisplayName("WAI-6 what the author's queue throws neither entering nor leaving throws, nor telling of a turn")
    void failingQueue() {
        queue.listening = TurnWakeUpsTest::fail;
        queue.leaving = TurnWakeUpsTest::fail;
        queue.passing = stored -> null;
        WakeUps.Place place = entered();
        turns.ourTurn("key");
        place.close();
        turns.ourTurn("key");
        queue.answers = attempt -> {
            throw new IllegalStateException("thrown by a test");
        };

        assertThat(queue.passedOn).hasSize(2);
        assertThat(failureOf(attemptAsync(entered())).code()).isEqualTo(LockErrorCode.INTERNAL);
        turns.close();
    }

    @Test
    @DisplayName("WAI-1 while this process does not hear, its attempts are plain ones")
    void deaf() {
        queue.hears = false;
        WakeUps.Place place = entered();

        assertThat(attempt(place)).isEqualTo(Contended.unknown());
        assertThat(attemptAsync(place)).isCompletedWithValue(Contended.unknown());

        assertThat(queue.listens).containsExactly("key");
        assertThat(queue.attempts).isEmpty();
        assertThat(backend.acquires).containsExactly(KEY, KEY);
        turns.mayHaveMissed();
        assertThat(calls).hasValue(1);
    }

    @Test
    @DisplayName("OPT-1, WAI-6 on an interrupted thread nothing is sent, places are left, and the flag stays")
    void interrupted() {
        AtomicInteger flagged = new AtomicInteger();
        queue.leaving = () -> flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
        queue.passing = stored -> {
            queue.leaving.run();
            return CompletableFuture.completedFuture(null);
        };
        WakeUps.Place place = entered();
        turns.ourTurn("key");
        Thread.currentThread().interrupt();

        LockException e = catchThrowableOfType(LockException.class, () -> attempt(place));
        assertThat(queue.blocking).isEmpty();
        assertThat(queue.attempts).isEmpty();
        assertThat(backend.acquires).isEmpty();
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.lockFingerprint()).contains(KEY.fingerprint());
        place.close();

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(queue.left).hasSize(1);
        assertThat(queue.passedOn).containsExactly("key");
        assertThat(flagged).as("calls of the queue that saw the flag").hasValue(0);
        assertThat(attemptAsync(place)).isCompleted();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("OPT-5 on a thread that has to read the answer nothing is sent")
    void readingThread() {
        backend.mayBlock = false;

        LockException e = catchThrowableOfType(LockException.class, () -> attempt(entered()));

        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(queue.attempts).isEmpty();
    }

    @Test
    @DisplayName("OPT-1 cancelling the future of an attempt cancels that of the queue")
    void cancelled() {
        CompletableFuture<AcquireResult> answer = new CompletableFuture<>();
        queue.answers = attempt -> answer;
        CompletableFuture<AcquireResult> attempt = attemptAsync(entered());

        assertThat(attempt.cancel(true)).isTrue();

        assertThat(answer).isCancelled();
        assertThat(attempt).isCancelled();
    }

    @Test
    @DisplayName("OPT-3 after the close nobody is called, nothing is asked of the queue, and attempts are ABORTED")
    void closed() {
        WakeUps.Place before = entered();
        turns.close();
        assertThat(queue.left).hasSize(1);
        WakeUps.Place after = entered();

        turns.ourTurn("key");
        turns.mayHaveMissed();
        for (WakeUps.Place place : List.of(before, after)) {
            LockException e = catchThrowableOfType(LockException.class, () -> attempt(place));
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(failureOf(attemptAsync(place)).code()).isEqualTo(LockErrorCode.ABORTED);
            place.close();
        }
        turns.close();

        assertThat(calls).hasValue(0);
        assertThat(queue.listens).hasSize(1);
        assertThat(queue.left).hasSize(1);
        assertThat(queue.passedOn).isEmpty();
        assertThat(queue.attempts).isEmpty();
        assertThat(backend.acquires).isEmpty();
        assertThat(turns.waitedFor()).isZero();
    }

    @Test
    @DisplayName("WAI-7 the close passes on what places were called for, and what comes meanwhile")
    void closedWhileTold() {
        WakeUps.Place unused = entered();
        turns.ourTurn("key");
        queue.leaving = () -> turns.ourTurn("other");

        turns.close();

        assertThat(queue.passedOn).containsExactlyInAnyOrder("key", "other");
        assertThat(calls).hasValue(1);
    }

    @Test
    @DisplayName("WAI-7 the close waits until turns have been passed on, for a moment")
    void closeWaits() throws InterruptedException {
        CompletableFuture<Void> passedOn = new CompletableFuture<>();
        queue.passing = stored -> passedOn;
        turns.ourTurn("key");
        AtomicReference<Boolean> inTime = new AtomicReference<>();
        Thread closing = new Thread(() -> {
            turns.close();
            inTime.set(passedOn.isDone());
        });
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }
        passedOn.complete(null);
        closing.join();
        assertThat(inTime.get()).isTrue();

        ScriptedQueue hanging = new ScriptedQueue();
        hanging.passing = stored -> new CompletableFuture<>();
        TurnWakeUps others = over(hanging);
        others.ourTurn("key");
        Thread.currentThread().interrupt();
        others.close();
        assertThat(Thread.interrupted()).isTrue();
        others.close();
        backend.mayBlock = false;
        others.close();
    }

    @Test
    @DisplayName("WAI-6 a place that is entered at the moment of the close is left")
    void enteredDuringTheClose() throws InterruptedException, BrokenBarrierException {
        for (int i = 0; i < 1_000; i++) {
            ScriptedQueue own = new ScriptedQueue();
            TurnWakeUps closing = over(own);
            CyclicBarrier together = new CyclicBarrier(2);
            Thread entering = new Thread(() -> {
                meet(together);
                WakeUps.Place unused = closing.enter(KEY, () -> {});
            });
            entering.start();

            together.await();
            closing.close();
            entering.join();

            assertThat(closing.waitedFor()).isZero();
        }
    }

    @Test
    @DisplayName("OPT-4 what an attempt fails with is the failure of its future")
    void failingAttempt() {
        CompletableFuture<AcquireResult> answer = new CompletableFuture<>();
        queue.answers = attempt -> answer;
        CompletableFuture<AcquireResult> attempt = attemptAsync(entered());

        answer.completeExceptionally(LockException.invalidArgument("for a test"));

        assertThatThrownBy(attempt::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(LockException.class);
    }
}
