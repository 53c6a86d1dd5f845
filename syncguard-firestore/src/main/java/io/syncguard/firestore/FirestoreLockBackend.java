package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locks in Firestore, by the server's clock: every decision uses the time that the server returns with the read it is made
 * on (TIME-4), and every write is conditional on what was read. Thread-safe.
 *
 * <p>{@link #async()} is what Firestore's client does by nature; the blocking methods wait for its futures. No call takes
 * longer than {@link FirestoreLockOptions#operationTimeout()}, whatever the patience of a client that was handed in (OPT-2).
 */
public final class FirestoreLockBackend implements LockBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("firestore", true);

    private final FirestoreAsyncBackend async;
    private final FirestoreAsyncBackend blocking;
    private final FirestoreWakeUps wakeUps;
    private final Optional<WakeUps> toldWakeUps;
    private final @Nullable Firestore own;

    private FirestoreLockBackend(Firestore firestore, boolean owned, FirestoreLockOptions options) {
        FirestoreStore store = new FirestoreStore(firestore, options);
        Waiters waiters = new Waiters();
        Turns turns = new Turns(LockId.random().value(), store::stored);
        this.async = new FirestoreAsyncBackend(store, options, waiters, turns, CommonThreads.EXECUTOR);
        // Only a waiting thread depends on these, and it must not wait for threads that an application may keep busy.
        this.blocking = new FirestoreAsyncBackend(store, options, waiters, turns, Runnable::run);
        this.wakeUps = new FirestoreWakeUps(store, turns, blocking, async);
        this.toldWakeUps = Optional.of(wakeUps);
        this.own = owned ? firestore : null;
    }

    /**
     * Returns a backend on a client of the caller's, which stays the caller's to close. Does not connect.
     *
     * <p>A client that repeats commits by itself, as it does unless told otherwise, can make a release that succeeded look
     * like one of a lock that was gone already; a backend opened by its URI does not have that.
     */
    @CheckReturnValue
    public static FirestoreLockBackend create(Firestore client, FirestoreLockOptions options) {
        return new FirestoreLockBackend(
                Objects.requireNonNull(client, "client"), false, Objects.requireNonNull(options, "options"));
    }

    /** Returns a backend on a client of its own, which it will close. */
    static FirestoreLockBackend open(Firestore client, FirestoreLockOptions options) {
        return new FirestoreLockBackend(client, true, options);
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return AsyncLockBackend.await(() -> blocking.acquire(key, id, ttl), LockOperation.ACQUIRE, key::fingerprint);
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException also {@code SERVICE_UNAVAILABLE} if a write was not answered and the lock is gone since,
     *     whether by this call or by its expiry
     */
    @Override
    public ReleaseResult release(LockId id) {
        return AsyncLockBackend.await(() -> blocking.release(id), LockOperation.RELEASE, id::fingerprint);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return AsyncLockBackend.await(() -> blocking.extend(id, ttl), LockOperation.EXTEND, id::fingerprint);
    }

    /** {@inheritDoc} Leaves a document that holds nothing in the lock's place, for a late acquire to fail on. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        AsyncLockBackend.await(() -> blocking.abandon(key, id, ttl), LockOperation.RELEASE, key::fingerprint);
    }

    @Override
    public boolean isLocked(LockKey key) {
        return AsyncLockBackend.await(() -> blocking.isLocked(key), LockOperation.IS_LOCKED, key::fingerprint);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return AsyncLockBackend.await(() -> blocking.lookup(key), LockOperation.LOOKUP, key::fingerprint);
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return AsyncLockBackend.await(() -> blocking.lookup(id), LockOperation.LOOKUP, id::fingerprint);
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return toldWakeUps;
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        wakeUps.close();
        async.close();
        blocking.close();
        if (own != null) {
            OwnClient.close(own);
        }
    }
}
