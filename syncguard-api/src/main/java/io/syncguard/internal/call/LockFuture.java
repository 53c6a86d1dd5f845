package io.syncguard.internal.call;

import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.internal.threads.GuardThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future that an asynchronous caller receives. Completing it before its call has an answer, by {@code cancel},
 * {@code orTimeout} or otherwise, ends the call (OPT-1). Thread-safe; takes no monitor that a caller can reach.
 */
public class LockFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final GuardThreads threads;
    private final LockOperation operation;
    private final Supplier<String> fingerprint;
    private volatile @Nullable Future<?> call;

    public LockFuture(GuardThreads threads, LockOperation operation, Supplier<String> fingerprint) {
        this.threads = threads;
        this.operation = operation;
        this.fingerprint = fingerprint;
    }

    /** Returns the future of what a request answers, in another form. */
    public static <A extends @Nullable Object, T extends @Nullable Object> LockFuture<T> of(
            GuardThreads threads, BackendCall<A> request, CompletableFuture<A> call, Function<A, T> form) {
        LockFuture<T> future = new LockFuture<>(threads, request.operation(), request::fingerprint);
        future.follows(call);
        call.whenComplete((answer, thrown) -> {
            try {
                if (thrown == null) {
                    future.finish(form.apply(answer));
                    return;
                }
            } catch (RuntimeException defect) {
                thrown = defect;
            }
            future.fail(BackendCaller.failure(request, thrown));
        });
        return future;
    }

    /** Returns what a dependent stage was told of in a wrapper. */
    public static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Registers the call that ends when this future completes. Ends it immediately if the future is already complete. */
    public final void follows(Future<?> next) {
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
    protected void completed() {
        end(call);
    }

    /** Completes this future where the application's code may run. */
    public final void finish(T value) {
        if (threads.handsOver()) {
            threads.deliver(() -> complete(value));
        } else {
            complete(value);
        }
    }

    /** Fails this future where the application's code may run. */
    public final void fail(Throwable failure) {
        if (threads.handsOver()) {
            threads.deliver(() -> completeExceptionally(failure));
        } else {
            completeExceptionally(failure);
        }
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
