package io.syncguard.internal.lease;

import io.syncguard.FenceToken;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.internal.observe.RunningHold;
import io.syncguard.internal.observe.RunningOperation;
import io.syncguard.internal.threads.GuardThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of handle share: what a holder knows of its lock, and the extensions and releases of the lock, one after
 * another. Thread-safe.
 */
public abstract class LeaseHandle implements LockHandle {
    @SuppressWarnings("rawtypes") // A class literal has no type arguments.
    private static final AtomicIntegerFieldUpdater<Operation> MARKS =
            AtomicIntegerFieldUpdater.newUpdater(Operation.class, "marks");

    final HeldLease held;

    LeaseHandle(HeldLease held) {
        this.held = held;
    }

    @Override
    public final String keyFingerprint() {
        return held.key().fingerprint();
    }

    @Override
    public final Optional<String> name() {
        return Optional.ofNullable(held.name());
    }

    @Override
    public final LockId id() {
        return held.id();
    }

    @Override
    public final FenceToken fence() {
        return held.fence();
    }

    @Override
    public final Instant expiresAt() {
        return held.lease().expiresAt();
    }

    @Override
    public final Duration remaining() {
        return Duration.ofNanos(Math.max(0, held.leftNanos()));
    }

    @Override
    public final boolean isHeld() {
        return held.leftNanos() > 0;
    }

    @Override
    public final CompletionStage<Void> lost() {
        return held.watched().lost();
    }

    @Override
    public final void onLost(Runnable callback) {
        held.watched().onLost(InvalidArgumentException.requireNonNull(callback, "callback"));
    }

    @Override
    public final void holdAtLeast(Duration minHold) {
        InvalidArgumentException.requireNonNull(minHold, "minHold");
        Duration ttl = Duration.ofMillis(held.ttl().millis());
        if (minHold.isNegative() || minHold.compareTo(ttl) > 0) {
            throw LockException.invalidArgument("the minimum hold must be from zero to the ttl of the lock, which is "
                    + ttl + ", not " + minHold + ". Extend the lock first");
        }
        held.holdAtLeast(minHold);
    }

    /** Returns whether this is the lock of a key. */
    public final boolean isOf(LockKey key) {
        return held.key().equals(key);
    }

    /** Returns what stands for the lock in messages and events. */
    public final LockLabel label() {
        return held.label();
    }

    /** Returns what is told of work under the lock; null if nobody wants to know. */
    public final @Nullable RunningHold observed() {
        return held.observed();
    }

    /** Runs an action that does not block, the moment the lock is lost, on whichever thread finds that. */
    public final void immediatelyOnLoss(Runnable action) {
        held.watched().immediately(action);
    }

    /**
     * Returns the ttl to extend the lock by.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if there is no such ttl, of which the listener is told
     */
    final Ttl checked(Duration ttl) {
        try {
            return Ttl.of(ttl);
        } catch (LockException e) {
            throw held.services().refused(LockOperation.EXTEND, held, e);
        }
    }

    /**
     * Returns what is told of an operation that begins; null if nobody wants to know, or there is nothing left to do.
     *
     * @param over whether the lock has ended before, so that nothing will be sent
     */
    final @Nullable RunningOperation begins(LockOperation operation, boolean over) {
        return over ? null : held.services().observers().begins(operation, Origin.CALLER, held);
    }

    /** Tells that an operation found the lock ended, and that nothing was sent. */
    static void tellAbsent(@Nullable RunningOperation running) {
        if (running != null) {
            running.ended(Outcome.ABSENT, null, 0, null);
        }
    }

    /** Returns the name of the handle's kind in texts. */
    abstract String kind();

    /** Returns the fingerprints of key and id and the fencing token, and no raw value (KEY-8). */
    @Override
    public final String toString() {
        String named = name().map(name -> "name=" + name + ", ").orElse("");
        return kind() + "[" + named + "key=" + keyFingerprint() + ", id=" + id().fingerprint() + ", fence=" + fence()
                + "]";
    }

    /** Returns where stages of the application's may run; null if only a blocked thread of ours depends on the futures. */
    abstract @Nullable GuardThreads completesOn();

    /** Extends the lock in the turn of this call. */
    final CompletableFuture<Boolean> extendLater(Ttl ttl) {
        return new Operation<Boolean>(LockOperation.EXTEND, held.isOver()) {
            @Override
            void start() {
                BackendCall.Extend call = new BackendCall.Extend(held, ttl);
                LockException refusal =
                        held.isOver() ? null : held.services().backend().untoldRefusal(call);
                PendingExtension extension = refusal == null ? held.beginExtension(ttl) : null;
                if (refusal != null) {
                    settle(refusal);
                } else if (extension == null) {
                    unneeded(() -> false);
                } else {
                    send(call, extension::answered, extension::failed);
                }
            }

            @Override
            @Nullable
            CompletableFuture<Void> decides(@Nullable Object answer) {
                return null;
            }
        }.inOrder();
    }

    /**
     * Releases the lock in the turn of this call.
     *
     * @param form returns the result for an outcome
     * @param whenFailed returns the result for a failure; null to fail the future with it
     */
    final <T> CompletableFuture<T> releaseLater(
            Function<ReleaseOutcome, T> form, @Nullable Function<LockException, T> whenFailed) {
        return new Operation<T>(LockOperation.RELEASE, held.isFinished()) {
            @Override
            void start() {
                if (held.isFinished()) {
                    unneeded(() -> form.apply(finishedBefore()));
                } else {
                    send(
                            held.releaseCall(held.beginRelease()),
                            answer -> form.apply(held.released(answer)),
                            held::releaseFailed);
                }
            }

            @Override
            @Nullable
            CompletableFuture<Void> decides(@Nullable Object answer) {
                return held.mayHaveReleased(answer);
            }

            @Override
            void failed(LockException failure) {
                if (whenFailed == null) {
                    fail(failure);
                } else {
                    finish(whenFailed.apply(failure));
                }
            }
        }.inOrder();
    }

    final ReleaseOutcome finishedBefore() {
        return held.isReleased() ? ReleaseOutcome.RELEASED_BEFORE : ReleaseOutcome.LOST_BEFORE;
    }

    /** Takes note of the end of a close, and returns whether the lock was held to the end. */
    final boolean closed(ReleaseOutcome outcome) {
        if (outcome == ReleaseOutcome.EXPIRED) {
            held.services().tell(to -> to.closedTooLate(held.label()));
        }
        return held.isReleased();
    }

    /** One extension or release of this lock, from its call to its end, and the future of it. */
    private abstract class Operation<T> extends LockFuture<T> {
        /** Its turn has come: from here on it may take effect. */
        private static final int BEGUN = 1;

        /** Given up before its turn: it never takes effect. */
        private static final int DROPPED = 2;

        /** What it ended with has been taken note of. */
        private static final int SETTLED = 4;

        /** The next operation has its turn. */
        private static final int PASSED_ON = 8;

        private final LockOperation operation;

        /** Is told the end; null if nobody wants to know. */
        private final @Nullable RunningOperation running;

        private volatile int marks;
        private volatile @Nullable Future<?> timeout;
        private volatile boolean timedOut;

        /** Takes note of a failure; null until the request is about to be sent. */
        private volatile @Nullable Consumer<LockException> whenFailed;

        Operation(LockOperation operation, boolean over) {
            super(completesOn());
            this.operation = operation;
            this.running = begins(operation, over);
        }

        @Override
        protected final LockOperation operation() {
            return operation;
        }

        @Override
        protected final String fingerprint() {
            return keyFingerprint();
        }

        @Override
        protected final @Nullable String lockName() {
            return held.name();
        }

        /** Sends the request. Called in the turn of this operation. */
        abstract void start();

        /** Returns what to wait for before the answer means anything; null if there is no such thing. */
        abstract @Nullable CompletableFuture<Void> decides(@Nullable Object answer);

        /** Completes the future after a failure. */
        void failed(LockException failure) {
            fail(failure);
        }

        /** Starts this operation when those before it have ended. The wait is part of its time (OPT-2). */
        final CompletableFuture<T> inOrder() {
            held.begin(this::begin);
            if (!is(BEGUN | DROPPED)) {
                GuardThreads threads = held.services().threads();
                timeout = threads.after(held.services().operationTimeout().toNanos(), this::timeOut);
                if (isDone()) {
                    dropTimeout();
                }
            }
            return this;
        }

        private void begin() {
            if (!mark(BEGUN, BEGUN | DROPPED)) {
                held.end();
                return;
            }
            try {
                start();
            } catch (Throwable defect) {
                settle(LockException.of(defect, operation, keyFingerprint()));
            }
        }

        final <A extends @Nullable Object> void send(
                BackendCall<A> request, Function<A, T> whenAnswered, Consumer<LockException> whenFailed) {
            // Set before it looks: either it sees that the operation was ended, or whoever ended it sees this.
            this.whenFailed = whenFailed;
            if (timedOut || isDone()) {
                settle(unsent());
                return;
            }
            CompletableFuture<A> call = held.services().backend().send(request, running);
            follows(call);
            call.whenComplete((answer, thrown) -> {
                LockException failure = BackendCaller.failure(request, answer, thrown);
                if (failure != null) {
                    settle(timedOut ? tooLate() : failure);
                    return;
                }
                CompletableFuture<Void> deciding = decides(answer);
                if (deciding == null) {
                    answered(() -> whenAnswered.apply(answer));
                } else {
                    deciding.thenRun(() -> answered(() -> whenAnswered.apply(answer)));
                }
            });
        }

        /** Ends the operation without a request, because the lock has ended meanwhile. */
        final void unneeded(Supplier<T> outcome) {
            tellAbsent(running);
            answered(outcome);
        }

        private void answered(Supplier<T> outcome) {
            if (!mark(SETTLED, SETTLED)) {
                return;
            }
            T value;
            try {
                value = outcome.get();
            } catch (Throwable defect) {
                endTurn();
                fail(LockException.of(defect, operation, keyFingerprint()));
                return;
            }
            endTurn();
            finish(value);
        }

        final void settle(LockException failure) {
            if (!mark(SETTLED, SETTLED)) {
                return;
            }
            tellFailed(failure);
            Consumer<LockException> note = whenFailed;
            try {
                if (note != null) {
                    note.accept(failure);
                }
            } finally {
                endTurn();
                failed(failure);
            }
        }

        /** Tells of a failure, unless the end was told with the answer. */
        private void tellFailed(LockException failure) {
            if (running != null) {
                // What was sent and has no answer is of unknown outcome.
                running.ended(Outcome.FAILED, failure, failure.isOutcomeUnknown() ? 1 : 0, null);
            }
        }

        private void timeOut() {
            timedOut = true;
            if (mark(DROPPED, BEGUN | DROPPED)) {
                settle(unsent());
            } else if (whenFailed != null) {
                endCall();
                settle(tooLate());
            }
        }

        private LockException unsent() {
            return LockException.failed(
                    timedOut ? LockErrorCode.NETWORK_TIMEOUT : LockErrorCode.ABORTED,
                    operation,
                    keyFingerprint(),
                    timedOut
                            ? "earlier calls on this lock took all of the operation timeout; nothing was sent"
                            : "the call was given up before its turn; nothing was sent",
                    null);
        }

        private LockException tooLate() {
            return LockException.outcomeUnknown(
                    LockErrorCode.NETWORK_TIMEOUT,
                    operation,
                    keyFingerprint(),
                    "no answer within the operation timeout, of which earlier calls on this lock took a part",
                    null);
        }

        @Override
        protected final boolean mayHaveTakenEffect() {
            return !mark(DROPPED, BEGUN | DROPPED);
        }

        @Override
        protected final void beforeCompletion() {
            mark(DROPPED, BEGUN | DROPPED);
            dropTimeout();
        }

        /**
         * Settles an operation that was ended from outside, should its backend not do so. One whose request is not about to be sent
         * yet finds that itself: until then its turn is not over. One that never has its turn is told of here.
         */
        @Override
        protected final void completed() {
            if (is(DROPPED)) {
                tellFailed(unsent());
            } else if (whenFailed != null && !is(SETTLED)) {
                settle(LockException.outcomeUnknown(
                        LockErrorCode.ABORTED, operation, keyFingerprint(), "the call was given up", null));
            }
        }

        private void dropTimeout() {
            Future<?> pending = timeout;
            if (pending != null) {
                pending.cancel(false);
            }
        }

        /** Lets the next operation begin, if this one's turn had come. */
        private void endTurn() {
            if (is(BEGUN) && mark(PASSED_ON, PASSED_ON)) {
                held.end();
            }
        }

        private boolean is(int any) {
            return (marks & any) != 0;
        }

        /** Sets a mark unless one of others is set already, and returns whether it did. */
        private boolean mark(int mark, int unless) {
            int before = marks;
            while ((before & unless) == 0) {
                if (MARKS.compareAndSet(this, before, before | mark)) {
                    return true;
                }
                before = marks;
            }
            return false;
        }
    }
}
