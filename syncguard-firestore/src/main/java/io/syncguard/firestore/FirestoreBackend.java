package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.LockId;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.NativeAsyncBackend;
import io.syncguard.spi.WakeUps;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All of a backend: the operations, their twins that threads wait for, the waking of waiters, and the client. Thread-safe. */
final class FirestoreBackend extends FirestoreAsyncBackend implements NativeAsyncBackend {
    private final BackendCapabilities capabilities;
    private final FirestoreThreads threads;
    private final FirestoreAsyncBackend awaited;
    private final FirestoreWakeUps wakeUps;
    private final Optional<WakeUps> toldWakeUps;
    private final @Nullable Firestore own;

    private FirestoreBackend(
            FirestoreStore store,
            FirestoreLockOptions options,
            CallDeadlines deadlines,
            Waiters waiters,
            Turns turns,
            FirestoreThreads threads,
            @Nullable Firestore own) {
        super(store, options, deadlines, waiters, turns, threads, threads::dependents);
        this.threads = threads;
        this.capabilities = new BackendCapabilities("firestore", true, options.operationTimeout());
        this.awaited = new FirestoreAsyncBackend(store, options, deadlines, waiters, turns, threads, Runnable::run);
        this.wakeUps = new FirestoreWakeUps(store, turns, threads, awaited, this);
        this.toldWakeUps = Optional.of(wakeUps);
        this.own = own;
    }

    /**
     * @param owned whether the backend closes the client
     */
    static FirestoreBackend on(Firestore client, boolean owned, FirestoreLockOptions options) {
        FirestoreStore store = new FirestoreStore(client, options);
        return new FirestoreBackend(
                store,
                options,
                CallDeadlines.of(options.operationTimeout(), options.connectTimeout()),
                new Waiters(),
                new Turns(LockId.random().value(), store::stored),
                new FirestoreThreads(),
                owned ? client : null);
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return toldWakeUps;
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
            OwnClient.close(own);
        }
        threads.close();
    }
}
