package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;

/** A backend each of whose acquires is an attempt in a place that is taken for it. */
final class PlacedBackend implements LockBackend {
    private final LockBackend backend;
    private final WakeUps wakeUps;
    private final AsyncLockBackend async;

    PlacedBackend(LockBackend backend) {
        this.backend = backend;
        this.wakeUps = Waiting.wakeUps(backend);
        this.async = new AsyncPlacedBackend(backend.async(), wakeUps);
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
        try (WakeUps.Place place = wakeUps.enter(key, () -> {})) {
            return place.acquire(id, ttl, Duration.ZERO);
        }
    }

    @Override
    public ReleaseResult release(LockId id) {
        return backend.release(id);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return backend.extend(id, ttl);
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        backend.abandon(key, id, ttl);
    }

    @Override
    public boolean isLocked(LockKey key) {
        return backend.isLocked(key);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return backend.lookup(key);
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return backend.lookup(id);
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
