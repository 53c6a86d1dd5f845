package io.syncguard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What asynchronous users are given. Whoever completes it before its call has an answer, by cancelling it, by
 * {@code orTimeout} or otherwise, ends the call (OPT-1).
 */
class LockFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final LockOperation operation;
    private final Supplier<String> fingerprint;
    private volatile @Nullable Future<?> call;

    LockFuture(LockOperation operation, Supplier<String> fingerprint) {
        this.operation = operation;
        this.fingerprint = fingerprint;
    }

    /** Returns the future of what a backend's call answers, in another form. */
    static <A, T> LockFuture<T> of(
            LockOperation operation, Supplier<String> fingerprint, CompletableFuture<A> call, Function<A, T> form) {
        LockFuture<T> future = new LockFuture<>(operation, fingerprint);
        future.follows(call);
        call.whenComplete((answer, failure) -> {
            if (failure == null) {
                future.complete(form.apply(answer));
            } else {
                future.completeExceptionally(unwrapped(failure));
            }
        });
        return future;
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Names what is to end when this future is complete; at once if it is already. */
    final void follows(Future<?> next) {
        call = next;
        if (isDone()) {
            end(next);
        }
    }

    private static void end(@Nullable Future<?> call) {
        if (call != null && !call.isDone()) {
            call.cancel(true);
        }
    }

    /** Called once, when this future is complete. */
    void completed() {
        end(call);
    }

    @Override
    public final boolean complete(T value) {
        boolean first = super.complete(value);
        if (first) {
            completed();
        }
        return first;
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        boolean first = super.completeExceptionally(failure);
        if (first) {
            completed();
        }
        return first;
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            completeExceptionally(LockException.cancelled(operation, fingerprint.get(), call != null));
        }
        return isCancelled();
    }
}
