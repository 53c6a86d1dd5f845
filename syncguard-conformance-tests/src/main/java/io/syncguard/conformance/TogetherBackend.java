package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A backend each of whose extensions is one of several that are made together, as heartbeats are. */
final class TogetherBackend implements LockBackend {
    private final LockBackend backend;

    TogetherBackend(LockBackend backend) {
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
        // One other is enough: more take the time of races.
        List<Extension> extensions = List.of(new Extension(id, ttl), new Extension(LockId.random(), Held.LONG));
        List<CompletableFuture<ExtendResult>> calls =
                AwaitedBackend.started(() -> backend.async().extendAll(extensions));
        assertThat(calls).as("EXT-1 futures of extensions together").hasSameSizeAs(extensions);
        return AwaitedBackend.await(LockOperation.EXTEND, () -> calls.get(0));
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
