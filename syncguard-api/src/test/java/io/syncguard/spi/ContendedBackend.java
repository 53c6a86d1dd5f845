package io.syncguard.spi;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend whose locks somebody else holds, and which keeps a record of the acquires. */
final class ContendedBackend implements NativeAsyncBackend {
    final List<LockKey> acquires = new CopyOnWriteArrayList<>();
    volatile boolean mayBlock = true;

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("contended", false);
    }

    @Override
    public boolean mayBlock() {
        return mayBlock;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        acquires.add(key);
        return CompletableFuture.completedFuture(AcquireResult.Contended.unknown());
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        throw new AssertionError("a release");
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        throw new AssertionError("an extension");
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        throw new AssertionError("a question");
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        throw new AssertionError("a lookup");
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        throw new AssertionError("a lookup");
    }

    @Override
    public void close() {}
}
