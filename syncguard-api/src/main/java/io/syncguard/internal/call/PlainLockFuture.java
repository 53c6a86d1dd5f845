package io.syncguard.internal.call;

import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.internal.threads.GuardThreads;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that only follows its call. Thread-safe. */
public final class PlainLockFuture<T extends @Nullable Object> extends LockFuture<T> {
    private final LockOperation operation;
    private final Supplier<String> fingerprint;

    /**
     * @param threads know where the application's code may run; null if none depends on this future
     */
    public PlainLockFuture(@Nullable GuardThreads threads, LockOperation operation, Supplier<String> fingerprint) {
        super(threads);
        this.operation = operation;
        this.fingerprint = fingerprint;
    }

    /** Returns the future of what a request answers, in another form. */
    public static <A extends @Nullable Object, T extends @Nullable Object> PlainLockFuture<T> of(
            GuardThreads threads, BackendCall<A> request, CompletableFuture<A> call, Function<A, T> form) {
        PlainLockFuture<T> future = new PlainLockFuture<>(threads, request.operation(), request::fingerprint);
        future.follows(call);
        call.whenComplete((answer, thrown) -> {
            LockException failure = BackendCaller.failure(request, answer, thrown);
            if (failure != null) {
                future.fail(failure);
                return;
            }
            T value;
            try {
                value = form.apply(answer);
            } catch (RuntimeException defect) {
                future.fail(BackendCaller.failure(request, defect));
                return;
            }
            future.finish(value);
        });
        return future;
    }

    @Override
    protected LockOperation operation() {
        return operation;
    }

    @Override
    protected @Nullable String fingerprint() {
        return fingerprint.get();
    }
}
