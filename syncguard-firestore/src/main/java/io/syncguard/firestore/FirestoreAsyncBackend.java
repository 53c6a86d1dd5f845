package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The operations, asynchronous as Firestore's client is by nature. Thread-safe. */
class FirestoreAsyncBackend implements AsyncLockBackend, AutoCloseable {
    private final FirestoreStore store;
    private final CallDeadlines deadlines;
    private final boolean cleanup;
    private final Waiters waiters;
    private final Turns turns;
    private final FirestoreThreads threads;
    private final Executor dependents;
    private final Set<FirestoreCall<?>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param deadlines say when calls end
     * @param threads limit the time of calls and run their later steps; closed by the caller
     * @param dependents runs whatever depends on an answer
     */
    FirestoreAsyncBackend(
            FirestoreStore store,
            FirestoreLockOptions options,
            CallDeadlines deadlines,
            Waiters waiters,
            Turns turns,
            FirestoreThreads threads,
            Executor dependents) {
        this.store = store;
        this.threads = threads;
        this.waiters = waiters;
        this.turns = turns;
        this.dependents = dependents;
        this.deadlines = deadlines;
        this.cleanup = options.cleanupInIsLocked();
    }

    private <T> CompletableFuture<T> start(
            LockOperation operation, Supplier<String> lock, Consumer<FirestoreCall<T>> begin) {
        FirestoreCall<T> call = new FirestoreCall<>(operation, lock, deadlines, threads, dependents);
        if (closed) {
            call.fail(BackendClosed.beforeCall(operation, lock.get()));
            return call;
        }
        inFlight.add(call);
        call.whenComplete((answer, failure) -> inFlight.remove(call));
        call.endInTime();
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            begin.accept(call);
        } catch (LockException e) {
            // A key too long for a backend that refuses them.
            call.fail(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (closed) {
            call.abort();
        }
        return call;
    }

    @Override
    public CompletableFuture<Boolean> ping() {
        return this.<Boolean>start(LockOperation.PING, () -> null, call -> new Again()
                .reading(call, () -> store.get(LockBackend.PING_KEY), found -> call.succeed(true)));
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return acquire(key, id, ttl, Standing.OUT_OF_LINE);
    }

    CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl, Standing standing) {
        return this.<AcquireResult>start(LockOperation.ACQUIRE, key::fingerprint, call -> new Acquiring(
                        store, waiters, turns, standing, call, key, id, ttl)
                .begin());
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return this.<ReleaseResult>start(
                LockOperation.RELEASE, id::fingerprint, call -> new Releasing(store, turns, call, id).look());
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return this.<ExtendResult>start(
                LockOperation.EXTEND, id::fingerprint, call -> new Extending(store, call, id, ttl).look());
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return this.<Void>start(
                LockOperation.RELEASE, key::fingerprint, call -> new Abandoning(store, call, key, id).look());
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return this.<Boolean>start(LockOperation.IS_LOCKED, key::fingerprint, call -> new Again()
                .reading(call, () -> store.get(key), found -> told(call, found)));
    }

    private void told(FirestoreCall<Boolean> call, DocumentSnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        Optional<LockDocument> lock = LockDocument.in(found);
        boolean locked = lock.filter(present -> present.isLive(now)).isPresent();
        if (cleanup && lock.filter(present -> present.isLongDead(now)).isPresent()) {
            // The answer does not depend on it, and nobody waits for it.
            found.getReference()
                    .delete(Precondition.updatedAt(lock.orElseThrow().updateTime()));
        }
        call.succeed(locked);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return this.<Optional<LockRecord>>start(LockOperation.LOOKUP, key::fingerprint, call -> new Again()
                .reading(call, () -> store.get(key), found -> call.succeed(live(found))));
    }

    private static Optional<LockRecord> live(DocumentSnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        return LockDocument.in(found).filter(lock -> lock.isLive(now)).map(lock -> lock.record(now));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return this.<Optional<LockRecord>>start(LockOperation.LOOKUP, id::fingerprint, call -> new Again()
                .reading(call, () -> store.ofId(id), found -> call.succeed(firstLive(found))));
    }

    private static Optional<LockRecord> firstLive(QuerySnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        for (QueryDocumentSnapshot document : found.getDocuments()) {
            Optional<LockRecord> live =
                    LockDocument.in(document).filter(lock -> lock.isLive(now)).map(lock -> lock.record(now));
            if (live.isPresent()) {
                return live;
            }
        }
        return Optional.empty();
    }

    /** Ends calls in flight and refuses new ones. */
    @Override
    public void close() {
        closed = true;
        inFlight.forEach(FirestoreCall::abort);
    }
}
