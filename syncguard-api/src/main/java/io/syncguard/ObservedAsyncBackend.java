package io.syncguard;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The same as {@link ObservedBackend} for the asynchronous view, whose futures are handed on as they are. */
final class ObservedAsyncBackend implements AsyncLockBackend {
    private final AsyncLockBackend backend;
    private final Events events;
    private final Origin origin;

    ObservedAsyncBackend(AsyncLockBackend backend, Events events, Origin origin) {
        this.backend = backend;
        this.events = events;
        this.origin = origin;
    }

    private <T extends @Nullable Object> CompletableFuture<T> observed(
            LockOperation operation,
            @Nullable LockKey key,
            @Nullable LockId id,
            long startedNanos,
            CompletableFuture<T> call,
            Function<T, Outcome> outcome) {
        call.whenComplete((answer, failure) -> events.ended(
                operation,
                origin,
                failure == null ? outcome.apply(answer) : Outcome.FAILED,
                failure,
                startedNanos,
                key,
                id));
        return call;
    }

    static Outcome outcome(ReleaseResult result) {
        return result == ReleaseResult.RELEASED ? Outcome.SUCCEEDED : Outcome.ABSENT;
    }

    static Outcome outcome(ExtendResult result) {
        return result instanceof ExtendResult.Extended ? Outcome.SUCCEEDED : Outcome.ABSENT;
    }

    static Outcome answered(@Nullable Object answer) {
        return Outcome.SUCCEEDED;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return backend.acquire(key, id, ttl);
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.RELEASE, null, id, startedNanos, backend.release(id), ObservedAsyncBackend::outcome);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.EXTEND, null, id, startedNanos, backend.extend(id, ttl), ObservedAsyncBackend::outcome);
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        long startedNanos = System.nanoTime();
        List<CompletableFuture<ExtendResult>> calls = backend.extendAll(extensions);
        for (int i = 0; i < calls.size(); i++) {
            observed(
                    LockOperation.EXTEND,
                    null,
                    extensions.get(i).id(),
                    startedNanos,
                    calls.get(i),
                    ObservedAsyncBackend::outcome);
        }
        return calls;
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.RELEASE,
                key,
                id,
                startedNanos,
                backend.abandon(key, id, ttl),
                ObservedAsyncBackend::answered);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.IS_LOCKED,
                key,
                null,
                startedNanos,
                backend.isLocked(key),
                ObservedAsyncBackend::answered);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.LOOKUP, key, null, startedNanos, backend.lookup(key), ObservedAsyncBackend::answered);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        long startedNanos = System.nanoTime();
        return observed(
                LockOperation.LOOKUP, null, id, startedNanos, backend.lookup(id), ObservedAsyncBackend::answered);
    }
}
