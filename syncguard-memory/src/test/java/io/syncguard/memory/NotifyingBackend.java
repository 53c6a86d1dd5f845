package io.syncguard.memory;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.BroadcastWakeUps;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.util.Optional;

/**
 * A backend as an author would write it whose store can only tell all that a key was released: the locks of the memory store, and
 * notifications.
 */
final class NotifyingBackend implements LockBackend {
    private final MemoryLockBackend locks;
    private final MemoryKeyspace rows;
    private final Notifications database;
    private final ReleaseListener listener;
    private final BroadcastWakeUps wakeUps;
    private final ExecutorAsyncBackend async = ExecutorAsyncBackend.onThreads(this, 8);

    NotifyingBackend(MemoryStore store, Notifications database) {
        StorageKeys keys = StorageKeys.under(StorageKeys.DEFAULT_PREFIX);
        this.locks = MemoryLockBackend.on(store);
        this.rows = store.under(StorageKeys.DEFAULT_PREFIX);
        this.database = database;
        this.listener = new ReleaseListener(database);
        this.wakeUps = BroadcastWakeUps.over(this, keys::stored, this::listen);
    }

    private void listen(String stored) {
        listener.start(wakeUps);
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return Optional.of(wakeUps);
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("memory-notifying", false);
    }

    @Override
    public void ping() {
        locks.ping();
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return locks.acquire(key, id, ttl);
    }

    @Override
    public ReleaseResult release(LockId id) {
        // A database would know the key from the row that it changes.
        Optional<LockRecord> held = rows.lookup(id);
        ReleaseResult result = locks.release(id);
        if (result == ReleaseResult.RELEASED) {
            held.ifPresent(lock -> database.tell(lock.key()));
        }
        return result;
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return locks.extend(id, ttl);
    }

    @Override
    public boolean isLocked(LockKey key) {
        return locks.isLocked(key);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return locks.lookup(key);
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return locks.lookup(id);
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        listener.close();
        wakeUps.close();
        locks.close();
        async.close();
    }
}
