package io.syncguard.memory;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.util.Objects;
import java.util.Optional;

/**
 * A backend whose locks live in this JVM. It keeps every rule of the contract, so code tested on it behaves the same
 * on Redis, except that locks and fences end with the JVM. Thread-safe; no call blocks.
 */
public final class MemoryLockBackend implements LockBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("memory", false);

    private final MemoryStore store;
    private final StorageKeys keys;
    private final AsyncLockBackend async = ExecutorAsyncBackend.onCaller(this);
    private final MemoryWakeUps wakeUps;
    private volatile boolean closed;

    private MemoryLockBackend(MemoryStore store, StorageKeys keys) {
        this.store = store;
        this.keys = keys;
        this.wakeUps = new MemoryWakeUps(this, store, keys);
    }

    /** Returns a backend on a store of its own. */
    public static MemoryLockBackend create() {
        return on(new MemoryStore());
    }

    /** Returns a backend on a store, which other backends may share. */
    public static MemoryLockBackend on(MemoryStore store) {
        return new MemoryLockBackend(
                Objects.requireNonNull(store, "store"), StorageKeys.under(StorageKeys.DEFAULT_PREFIX));
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** {@inheritDoc} Never blocks; the outcome is always known. */
    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        checkUsable(LockOperation.ACQUIRE);
        return store.acquire(keys.stored(key), key, id, ttl);
    }

    @Override
    public ReleaseResult release(LockId id) {
        checkUsable(LockOperation.RELEASE);
        return store.release(id, wakeUps);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        checkUsable(LockOperation.EXTEND);
        return store.extend(id, ttl);
    }

    /** {@inheritDoc} There is nothing to clean up: the store sweeps dead locks by itself. */
    @Override
    public boolean isLocked(LockKey key) {
        checkUsable(LockOperation.IS_LOCKED);
        return store.isLocked(keys.stored(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        checkUsable(LockOperation.LOOKUP);
        return store.lookup(keys.stored(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        checkUsable(LockOperation.LOOKUP);
        return store.lookup(id);
    }

    /** {@inheritDoc} A release wakes directly whoever has waited longest. */
    @Override
    public Optional<WakeUps> wakeUps() {
        return Optional.of(wakeUps);
    }

    /** {@inheritDoc} As no call ever waits, each runs on the thread that asks for it, and its future is complete at once. */
    @Override
    public AsyncLockBackend async() {
        return async;
    }

    /** Ends this backend; the store and other backends on it go on. */
    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    private void checkUsable(LockOperation operation) {
        if (closed) {
            throw aborted(operation, "the backend is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(operation, "the thread is interrupted; nothing was done");
        }
    }

    private static LockException aborted(LockOperation operation, String why) {
        return LockException.failed(LockErrorCode.ABORTED, operation, null, why, null);
    }
}
