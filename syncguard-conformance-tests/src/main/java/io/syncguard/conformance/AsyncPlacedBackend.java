package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The asynchronous view of a {@link PlacedBackend}. */
record AsyncPlacedBackend(AsyncLockBackend backend, WakeUps wakeUps) implements AsyncLockBackend {

    /** Returns the future of the attempt itself, which cancels the attempt. */
    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        WakeUps.Place place = wakeUps.enter(key, () -> {});
        CompletableFuture<AcquireResult> attempt = place.acquireAsync(id, ttl, Duration.ZERO);
        attempt.whenComplete((result, failure) -> place.close());
        return attempt;
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return backend.release(id);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return backend.extend(id, ttl);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return backend.abandon(key, id, ttl);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return backend.isLocked(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return backend.lookup(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return backend.lookup(id);
    }
}
