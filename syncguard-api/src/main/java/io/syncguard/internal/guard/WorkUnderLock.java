package io.syncguard.internal.guard;

import io.syncguard.AsyncLockedFunction;
import io.syncguard.LockObserver;
import io.syncguard.LossPolicy;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.internal.lease.FutureHeldLock;
import io.syncguard.internal.observe.RunningHold;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous work under a lock, from the grant to the release, and what becomes of its result if the lock is lost meanwhile
 * (HLD-6). Thread-safe.
 */
final class WorkUnderLock<A extends @Nullable Object, R extends @Nullable Object> {
    private final FutureHeldLock lock;
    private final LossPolicy policy;
    private final Function<A, R> form;
    private final LockFuture<R> result;
    private volatile boolean workEnded;

    /** Whether the holder was told of a loss during the work, which is to be interrupted by it. */
    private volatile boolean lostMeanwhile;

    WorkUnderLock(FutureHeldLock lock, LossPolicy policy, Function<A, R> form, LockFuture<R> result) {
        this.lock = lock;
        this.policy = policy;
        this.form = form;
        this.result = result;
    }

    /** Begins the work. The lock is released once the stage that it returned is complete. */
    void run(AsyncLockedFunction<A> work) {
        try {
            CompletionStage<A> stage = Objects.requireNonNull(begun(work), "the work must return a stage");
            if (policy == LossPolicy.INTERRUPT) {
                lock.onLost(() -> cancel(stage));
            }
            stage.whenComplete(this::ended);
        } catch (Throwable e) {
            ended(null, e);
        }
    }

    private CompletionStage<A> begun(AsyncLockedFunction<A> work) throws Exception {
        RunningHold hold = lock.observed();
        if (hold == null) {
            return work.apply(lock);
        }
        LockObserver.Scope scope = hold.workBegins();
        try {
            return work.apply(lock);
        } finally {
            scope.close();
        }
    }

    private void cancel(CompletionStage<?> stage) {
        if (workEnded) {
            return;
        }
        lostMeanwhile = true;
        if (stage instanceof CompletableFuture<?> future) {
            try {
                future.cancel(true);
            } catch (UnsupportedOperationException minimalStage) {
                // It cannot be cancelled.
            }
        }
    }

    @SuppressWarnings("NullAway") // A result is there unless there is a failure, and may be null if its type says so.
    private void ended(@Nullable A value, @Nullable Throwable failure) {
        workEnded = true;
        lock.closeAndTell().thenAccept(held -> {
            boolean lost = !held && policy != LossPolicy.KEEP_RESULT;
            // What the work fails with takes precedence, but not over the loss that it was to be interrupted by.
            if (lostMeanwhile || (failure == null && lost)) {
                result.completeExceptionally(
                        LockedWork.lost(lock, failure == null ? null : LockFuture.unwrapped(failure)));
            } else if (failure == null) {
                result.complete(form.apply(value));
            } else {
                Throwable thrown = LockFuture.unwrapped(failure);
                if (lost) {
                    thrown.addSuppressed(LockedWork.lost(lock, null));
                }
                result.completeExceptionally(thrown);
            }
        });
    }
}
