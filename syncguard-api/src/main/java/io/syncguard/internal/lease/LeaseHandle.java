package io.syncguard.internal.lease;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.spi.ExtendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of handle share: what a holder knows of its lock, and the extensions and releases of the lock, one after
 * another. Thread-safe.
 */
public abstract class LeaseHandle implements LockHandle {
    final LeaseServices services;
    final HeldLease held;
    final OperationSequence sequence = new OperationSequence();

    LeaseHandle(LeaseServices services, HeldLease held) {
        this.services = services;
        this.held = held;
    }

    @Override
    public final String keyFingerprint() {
        return held.key().fingerprint();
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
        held.watched().onLost(Objects.requireNonNull(callback, "callback"));
    }

    /** Runs an action that does not block on the timer's thread, the moment the lock is lost. */
    public final void immediatelyOnLoss(Runnable action) {
        held.watched().immediately(action);
    }

    /** Returns the name of the handle's kind in texts. */
    abstract String kind();

    /** Returns the fingerprints of key and id and the fencing token, and no raw value (KEY-8). */
    @Override
    public final String toString() {
        return kind() + "[key=" + keyFingerprint() + ", id=" + id().fingerprint() + ", fence=" + fence() + "]";
    }

    /** Extends the lock in the turn of this call. */
    final CompletableFuture<Boolean> extendLater(Ttl ttl) {
        return new Operation<Boolean>(LockOperation.EXTEND) {
            @Override
            void start() {
                PendingExtension extension = held.beginExtension(ttl);
                if (extension == null) {
                    answered(() -> false);
                } else {
                    BackendCall<ExtendResult> call = new BackendCall.Extend(held.id(), ttl);
                    send(call, extension::answered, extension::failed);
                }
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
        return new Operation<T>(LockOperation.RELEASE) {
            @Override
            void start() {
                if (held.isFinished()) {
                    answered(() -> form.apply(finishedBefore()));
                } else {
                    send(held.beginRelease(), answer -> form.apply(held.released(answer)), held::releaseFailed);
                }
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
            services.tell(to -> to.closedTooLate(keyFingerprint()));
        }
        return held.isReleased();
    }

    /** One extension or release of this lock, from its call to its end, and the future of it. */
    private abstract class Operation<T> extends LockFuture<T> {
        private final LockOperation operation;
        private final AtomicBoolean decided = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile Consumer<LockException> whenFailed = failure -> {};
        private volatile boolean begun;
        private volatile @Nullable Future<?> timeout;

        Operation(LockOperation operation) {
            super(services.threads(), operation, LeaseHandle.this::keyFingerprint);
            this.operation = operation;
        }

        /** Sends the request. Called in the turn of this operation. */
        abstract void start();

        /** Completes the future after a failure. */
        void failed(LockException failure) {
            fail(failure);
        }

        /** Starts this operation when those before it have ended. The wait is part of its time (OPT-2). */
        final CompletableFuture<T> inOrder() {
            sequence.begin(this::begin);
            if (!begun && !isDone()) {
                timeout = services.threads().after(services.operationTimeout().toNanos(), this::timeOut);
                if (isDone()) {
                    dropTimeout();
                }
            }
            return this;
        }

        private void begin() {
            begun = true;
            if (isDone()) {
                endTurn();
            } else {
                start();
            }
        }

        final <A extends @Nullable Object> void send(
                BackendCall<A> request, Function<A, T> whenAnswered, Consumer<LockException> whenFailed) {
            this.whenFailed = whenFailed;
            CompletableFuture<A> call = services.backend().send(request, Origin.CALLER);
            follows(call);
            call.whenComplete((answer, thrown) -> {
                if (thrown == null) {
                    answered(() -> whenAnswered.apply(answer));
                } else {
                    decideFailure(BackendCaller.failure(request, thrown));
                }
            });
        }

        final void answered(Supplier<T> outcome) {
            T value = null;
            RuntimeException defect = null;
            if (decided.compareAndSet(false, true)) {
                try {
                    value = outcome.get();
                } catch (RuntimeException e) {
                    defect = e;
                }
            }
            endTurn();
            if (defect != null) {
                fail(LockException.of(defect, operation, keyFingerprint()));
            } else if (value != null) {
                finish(value);
            }
        }

        private void decideFailure(LockException failure) {
            boolean first = decided.compareAndSet(false, true);
            if (first) {
                whenFailed.accept(failure);
            }
            endTurn();
            if (first) {
                failed(failure);
            }
        }

        private void timeOut() {
            decideFailure(
                    begun
                            ? LockException.outcomeUnknown(
                                    LockErrorCode.NETWORK_TIMEOUT,
                                    operation,
                                    keyFingerprint(),
                                    "no answer within the operation timeout; an earlier call on this lock took part of it",
                                    null)
                            : LockException.failed(
                                    LockErrorCode.NETWORK_TIMEOUT,
                                    operation,
                                    keyFingerprint(),
                                    "an earlier call on this lock took all of the operation timeout; nothing was sent",
                                    null));
        }

        @Override
        protected final void completed() {
            dropTimeout();
            super.completed();
            if (begun) {
                endTurn();
            }
        }

        private void dropTimeout() {
            Future<?> pending = timeout;
            if (pending != null) {
                pending.cancel(false);
            }
        }

        private void endTurn() {
            if (begun && over.compareAndSet(false, true)) {
                sequence.end();
            }
        }
    }
}
