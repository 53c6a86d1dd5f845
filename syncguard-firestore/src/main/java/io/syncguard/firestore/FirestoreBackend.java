package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.NativeAsyncBackend;
import io.syncguard.spi.WakeUps;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All of a backend: the operations, their twins that threads wait for, the waking of waiters, and the client. Thread-safe. */
final class FirestoreBackend extends FirestoreAsyncBackend implements NativeAsyncBackend {
    private final BackendCapabilities capabilities;
    private final FirestoreThreads threads;
    private final FirestoreAsyncBackend awaited;
    private final FirestoreWakeUps wakeUps;
    private final Optional<WakeUps> toldWakeUps;
    private final KnownLocks known;
    private final FirestoreStore store;
    private final FirestoreListing listing;
    private final @Nullable OwnClient own;

    private FirestoreBackend(
            FirestoreStore store,
            FirestoreLockOptions options,
            Answers answers,
            KnownLocks known,
            LocalWaiters local,
            FirestoreThreads threads,
            @Nullable OwnClient own) {
        super(store, answers, known, local, threads, threads::dependents);
        this.store = store;
        this.known = known;
        this.threads = threads;
        this.capabilities = new BackendCapabilities("firestore", true, options.operationTimeout());
        this.awaited = new FirestoreAsyncBackend(store, answers, known, local, threads, Runnable::run);
        this.listing = new FirestoreListing(awaited);
        this.wakeUps = new FirestoreWakeUps(store, local, threads, awaited, this);
        this.toldWakeUps = Optional.of(wakeUps);
        this.own = own;
        if (own != null) {
            own.onReplaced(() -> {
                answers.reconnected();
                wakeUps.listenAgain();
            });
        }
    }

    /** Returns a backend on a client of somebody else's. */
    static FirestoreBackend on(Firestore client, FirestoreLockOptions options) {
        return on(() -> client, null, options);
    }

    /** Returns a backend on a client that it will close. */
    static FirestoreBackend on(OwnClient own, FirestoreLockOptions options) {
        return on(own::client, own, options);
    }

    private static FirestoreBackend on(
            Supplier<Firestore> client, @Nullable OwnClient own, FirestoreLockOptions options) {
        FirestoreStore store = new FirestoreStore(client, options);
        CallDeadlines deadlines = CallDeadlines.of(options.operationTimeout(), options.connectTimeout());
        FirestoreThreads threads = new FirestoreThreads();
        QueueWriter queues = new QueueWriter(store, threads);
        return new FirestoreBackend(
                store,
                options,
                new Answers(deadlines, own == null ? () -> {} : own::reconnect),
                new KnownLocks(),
                new LocalWaiters(LockId.random().value(), options.handOverSlot(), store::stored, queues),
                threads,
                own);
    }

    /** Remembers the id: it is nobody else's, so an acquire need not ask whether it holds another key (ACQ-3). */
    @Override
    public LockId newLockId(LockKey key) {
        LockId id = LockId.random();
        known.made(id, key);
        return id;
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return toldWakeUps;
    }

    @Override
    public Optional<LockListing> listing() {
        return Optional.of(listing);
    }

    @Override
    public void labelHolder(String label) {
        store.labelHolder(label);
    }

    /** Only waiting threads depend on these, and they must not wait for threads that an application may keep busy. */
    @Override
    public AsyncLockBackend awaited() {
        return awaited;
    }

    @Override
    public void close() {
        wakeUps.close();
        super.close();
        awaited.close();
        if (own != null) {
            own.close();
        }
        threads.close();
    }
}
