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
import java.util.Optional;

/** A backend that does everything as another does, but for what a subclass does its own way. It has no places and no lists. */
abstract class DelegatingBackend implements LockBackend {
    final LockBackend backend;

    DelegatingBackend(LockBackend backend) {
        this.backend = backend;
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
        return backend.async();
    }

    @Override
    public void close() {
        backend.close();
    }
}
