package io.syncguard;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose operations a listener hears of. It is there only where there is a listener. Acquires are told of by
 * who makes them, because one may take many attempts.
 */
final class ObservedBackend implements LockBackend {
    private final LockBackend backend;
    private final Events events;
    private final ObservedAsyncBackend async;

    ObservedBackend(LockBackend backend, Events events) {
        this.backend = backend;
        this.events = events;
        this.async = new ObservedAsyncBackend(backend.async(), events, Origin.CALLER);
    }

    private <T> T observed(
            LockOperation operation,
            @Nullable LockKey key,
            @Nullable LockId id,
            Supplier<T> call,
            Function<T, Outcome> outcome) {
        long startedNanos = System.nanoTime();
        T answer;
        try {
            answer = call.get();
        } catch (RuntimeException e) {
            events.ended(operation, Origin.CALLER, Outcome.FAILED, e, startedNanos, key, id);
            throw e;
        }
        events.ended(operation, Origin.CALLER, outcome.apply(answer), null, startedNanos, key, id);
        return answer;
    }

    @Override
    public BackendCapabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public LockId newLockId(LockKey key) {
        return backend.newLockId(key);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return backend.acquire(key, id, ttl);
    }

    @Override
    public ReleaseResult release(LockId id) {
        return observed(LockOperation.RELEASE, null, id, () -> backend.release(id), ObservedAsyncBackend::outcome);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return observed(LockOperation.EXTEND, null, id, () -> backend.extend(id, ttl), ObservedAsyncBackend::outcome);
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        backend.abandon(key, id, ttl);
    }

    @Override
    public boolean isLocked(LockKey key) {
        return observed(
                LockOperation.IS_LOCKED, key, null, () -> backend.isLocked(key), ObservedAsyncBackend::answered);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return observed(LockOperation.LOOKUP, key, null, () -> backend.lookup(key), ObservedAsyncBackend::answered);
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return observed(LockOperation.LOOKUP, null, id, () -> backend.lookup(id), ObservedAsyncBackend::answered);
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return backend.wakeUps();
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        backend.close();
    }
}
