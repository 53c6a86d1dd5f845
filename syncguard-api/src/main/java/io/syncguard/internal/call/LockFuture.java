package io.syncguard.internal.call;

import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.internal.threads.GuardThreads;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future that an asynchronous caller receives. Completing it before its call has an answer, by {@code cancel},
 * {@code orTimeout} or otherwise, ends the call (OPT-1). Thread-safe; takes no monitor that a caller can reach.
 */
public abstract class LockFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final @Nullable GuardThreads threads;
    private volatile @Nullable Future<?> call;
    private volatile boolean completing;

    /**
     * @param threads know where the application's code may run; null if none depends on this future
     */
    protected LockFuture(@Nullable GuardThreads threads) {
        this.threads = threads;
    }

    /** Returns the operation that this is the outcome of, for errors. */
    protected abstract LockOperation operation();

    /** Returns the fingerprint of the key or the id, for errors. */
    protected abstract @Nullable String fingerprint();

    /** Returns the lock's name for people, for errors; null if it has none. */
    protected @Nullable String lockName() {
        return null;
    }

    /** Returns what a dependent stage was told of in a wrapper. */
    public static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Registers the call that ends when this future completes. Ends it immediately if the future is already complete. */
    public final void follows(Future<?> next) {
        call = next;
        if (completing) {
            endCall();
        }
    }

    /** Ends the call that this future follows, if it is under way. */
    protected final void endCall() {
        Future<?> pending = call;
        if (pending != null && !pending.isDone()) {
            pending.cancel(true);
        }
    }

    /**
     * Called before this future completes, so that nothing depends on its stages, which may block. May be called more than
     * once.
     */
    protected void beforeCompletion() {}

    /**
     * Called before this future completes, by each that is about to complete it; the first of them counts.
     *
     * @param failure what it completes with; null for a value
     */
    protected void completes(@Nullable Throwable failure) {}

    /** Called once, when this future is complete. */
    protected void completed() {}

    /** Returns whether a call that is being cancelled may have taken effect. */
    protected boolean mayHaveTakenEffect() {
        return call != null;
    }

    /** Completes this future where the application's code may run. Does nothing if it is being completed from outside. */
    public final void finish(T value) {
        if (!completing) {
            beforeCompletion();
            if (completesHere()) {
                complete(value);
            } else {
                elsewhere(() -> complete(value));
            }
        }
    }

    /** Fails this future where the application's code may run. Does nothing if it is being completed from outside. */
    public final void fail(Throwable failure) {
        if (!completing) {
            String about = fingerprint();
            Throwable told = about != null && failure instanceof LockException e ? e.about(lockName(), about) : failure;
            beforeCompletion();
            if (completesHere()) {
                completeExceptionally(told);
            } else {
                elsewhere(() -> completeExceptionally(told));
            }
        }
    }

    /** Returns whether code of the application, which may depend on this future, may run on this thread. */
    protected final boolean completesHere() {
        return threads == null || threads.mayRunCallbacksHere();
    }

    /** Runs a completion where the application's code may run. */
    protected final void elsewhere(Runnable completion) {
        Objects.requireNonNull(threads).deliver(completion);
    }

    private void begin(@Nullable Throwable failure) {
        completing = true;
        beforeCompletion();
        endCall();
        if (!isDone()) {
            completes(failure);
        }
    }

    @Override
    public final boolean complete(T value) {
        begin(null);
        boolean first = super.complete(value);
        if (first) {
            completed();
        }
        return first;
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        begin(failure);
        boolean first = super.completeExceptionally(failure);
        if (first) {
            completed();
        }
        return first;
    }

    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        executor.execute(() -> {
            try {
                complete(supplier.get());
            } catch (Throwable e) {
                completeExceptionally(e);
            }
        });
        return this;
    }

    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier) {
        return completeAsync(supplier, defaultExecutor());
    }

    @Override
    public final void obtrudeValue(T value) {
        complete(value);
        super.obtrudeValue(value);
    }

    @Override
    public final void obtrudeException(Throwable failure) {
        completeExceptionally(failure);
        super.obtrudeException(failure);
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            completeExceptionally(LockException.cancelled(operation(), fingerprint(), mayHaveTakenEffect()));
        }
        return isCancelled();
    }
}
