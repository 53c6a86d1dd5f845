package io.syncguard.memory;

import io.syncguard.InvalidArgumentException;
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
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.HolderLabel;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.TurnAttempt;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose locks live in this JVM. It keeps every rule of the contract, so code tested on it behaves the same
 * on Redis, except that locks and fences end with the JVM. Thread-safe. No call blocks, unless {@link TestLocks#delayCalls} makes it
 * slow.
 *
 * <p>Tests use {@link TestLocks}, which makes backends like this one and moves their clock.
 */
public final class MemoryLockBackend implements LockBackend {
    private final MemoryStore store;
    private final MemoryKeyspace locks;
    private final StorageKeys keys;
    private final boolean cleanupInIsLocked;
    private final BackendCapabilities capabilities;
    private final MemoryAsyncView async;
    private final MemoryTurns turns;
    private final LockListing listing = this::page;
    private final CallScript.Caller caller = new CallScript.Caller() {
        @Override
        public Duration operationTimeout() {
            return capabilities().operationTimeout();
        }

        @Override
        public boolean isClosed() {
            return closed;
        }
    };

    private final HolderLabel holder = new HolderLabel();
    private volatile boolean closed;

    private MemoryLockBackend(MemoryStore store, MemoryOptions options) {
        this.store = store;
        this.locks = store.under(options.keyPrefix());
        this.keys = StorageKeys.under(options.keyPrefix(), options.rejectLongKeys());
        this.cleanupInIsLocked = options.cleanupInIsLocked();
        this.capabilities = new BackendCapabilities("memory", false, options.operationTimeout());
        this.async = new MemoryAsyncView(this, store);
        this.turns = new MemoryTurns(this, async, locks, keys);
    }

    /** Returns a backend on a store of its own, with {@linkplain MemoryOptions#defaults() default options}. */
    public static MemoryLockBackend create() {
        return on(new MemoryStore());
    }

    /** Returns a backend on a store, which other backends may share, with {@linkplain MemoryOptions#defaults() default options}. */
    public static MemoryLockBackend on(MemoryStore store) {
        return on(store, MemoryOptions.defaults());
    }

    /** Returns a backend on a store, which other backends may share. */
    public static MemoryLockBackend on(MemoryStore store, MemoryOptions options) {
        return new MemoryLockBackend(
                InvalidArgumentException.requireNonNull(store, "store"),
                InvalidArgumentException.requireNonNull(options, "options"));
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    /** {@inheritDoc} The clock of the store, which {@link TestLocks#advance(Duration)} moves. */
    @Override
    public GuardClock clock() {
        return store.clock();
    }

    @Override
    public void ping() {
        checkUsable(LockOperation.PING, null, null);
        CallScript script = store.script();
        if (script != null) {
            boolean unused = script.call(LockOperation.PING, () -> null, caller, () -> true);
        }
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        checkUsable(LockOperation.ACQUIRE, key, null);
        String stored = keys.stored(key);
        CallScript script = store.script();
        return script == null
                ? locks.acquire(stored, key, id, ttl, holder.get())
                : script.call(
                        LockOperation.ACQUIRE,
                        key::fingerprint,
                        caller,
                        () -> locks.acquire(stored, key, id, ttl, holder.get()));
    }

    /** As {@link #acquire}, for a process that waits. */
    AcquireResult acquireInLine(TurnAttempt attempt, MemoryTurns process) {
        checkUsable(LockOperation.ACQUIRE, attempt.key(), null);
        CallScript script = store.script();
        return script == null
                ? locks.acquireInLine(attempt, process, holder.get())
                : script.call(
                        LockOperation.ACQUIRE,
                        attempt.key()::fingerprint,
                        caller,
                        () -> locks.acquireInLine(attempt, process, holder.get()));
    }

    @Override
    public ReleaseResult release(LockId id) {
        checkUsable(LockOperation.RELEASE, null, id);
        CallScript script = store.script();
        return script == null
                ? locks.release(id, turns)
                : script.call(LockOperation.RELEASE, id::fingerprint, caller, () -> locks.release(id, turns));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        checkUsable(LockOperation.EXTEND, null, id);
        CallScript script = store.script();
        return script == null
                ? locks.extend(id, ttl)
                : script.call(LockOperation.EXTEND, id::fingerprint, caller, () -> locks.extend(id, ttl));
    }

    /** {@inheritDoc} The store also sweeps dead locks by itself. */
    @Override
    public boolean isLocked(LockKey key) {
        checkUsable(LockOperation.IS_LOCKED, key, null);
        String stored = keys.stored(key);
        CallScript script = store.script();
        return script == null
                ? isLocked(stored)
                : script.call(LockOperation.IS_LOCKED, key::fingerprint, caller, () -> isLocked(stored));
    }

    private boolean isLocked(String stored) {
        return cleanupInIsLocked ? locks.isLockedCleaningUp(stored) : locks.isLocked(stored);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        checkUsable(LockOperation.LOOKUP, key, null);
        String stored = keys.stored(key);
        CallScript script = store.script();
        return script == null
                ? locks.lookup(stored)
                : script.call(LockOperation.LOOKUP, key::fingerprint, caller, () -> locks.lookup(stored));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        checkUsable(LockOperation.LOOKUP, null, id);
        CallScript script = store.script();
        return script == null
                ? locks.lookup(id)
                : script.call(LockOperation.LOOKUP, id::fingerprint, caller, () -> locks.lookup(id));
    }

    /** {@inheritDoc} All locks are on the first page. */
    @Override
    public Optional<LockListing> listing() {
        return Optional.of(listing);
    }

    private LockListing.Page page(String start, String cursor) {
        String stored = LockListing.checkedStart(start);
        if (!LockListing.START.equals(cursor)) {
            throw LockListing.notACursor();
        }
        checkUsable(LockOperation.LOOKUP, null, null);
        CallScript script = store.script();
        List<ListedLock> listed = script == null
                ? locks.list(stored)
                : script.call(LockOperation.LOOKUP, () -> null, caller, () -> locks.list(stored));
        return new LockListing.Page(listed, Optional.empty());
    }

    @Override
    public void labelHolder(String label) {
        holder.set(label);
    }

    /** {@inheritDoc} A release wakes directly whoever has waited longest. */
    @Override
    public Optional<WakeUps> wakeUps() {
        return Optional.of(turns.wakeUps());
    }

    /**
     * {@inheritDoc} As no call waits, each runs on the thread that asks for it, and its future is complete at once. While {@link
     * TestLocks#delayCalls} makes calls slow, they run on threads of this backend.
     */
    @Override
    public AsyncLockBackend async() {
        return async;
    }

    /** Ends this backend; the store and other backends on it go on. */
    @Override
    public void close() {
        closed = true;
        CallScript script = store.script();
        if (script != null) {
            script.callersChanged();
        }
        turns.close();
        async.close();
    }

    /**
     * Refuses a call of a closed backend, or on an interrupted thread.
     *
     * @param key the key that it is about, or else
     * @param id the id; both are null where no one lock is concerned
     */
    private void checkUsable(LockOperation operation, @Nullable LockKey key, @Nullable LockId id) {
        if (closed) {
            throw BackendClosed.beforeCall(operation, fingerprint(key, id));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint(key, id),
                    "the thread is interrupted; nothing was done",
                    null);
        }
    }

    private static @Nullable String fingerprint(@Nullable LockKey key, @Nullable LockId id) {
        return key != null ? key.fingerprint() : id != null ? id.fingerprint() : null;
    }
}
