package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations, asynchronous as Firestore's client is by nature. Thread-safe. */
class FirestoreAsyncBackend implements AsyncLockBackend, AutoCloseable {
    private final FirestoreStore store;
    private final Answers answers;
    private final KnownLocks known;
    private final LocalWaiters local;
    private final FirestoreThreads threads;
    private final Executor dependents;
    private final Set<FirestoreCall<?>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param answers say when calls end
     * @param threads limit the time of calls and run their later steps; closed by the caller
     * @param dependents runs whatever depends on an answer
     */
    FirestoreAsyncBackend(
            FirestoreStore store,
            Answers answers,
            KnownLocks known,
            LocalWaiters local,
            FirestoreThreads threads,
            Executor dependents) {
        this.store = store;
        this.threads = threads;
        this.answers = answers;
        this.known = known;
        this.local = local;
        this.dependents = dependents;
    }

    private <T> CompletableFuture<T> start(
            LockOperation operation, Supplier<String> lock, Consumer<FirestoreCall<T>> begin) {
        FirestoreCall<T> call = new FirestoreCall<>(operation, lock, answers, threads, dependents);
        if (closed) {
            call.fail(BackendClosed.beforeCall(operation, lock.get()));
            return call;
        }
        inFlight.add(call);
        call.whenComplete((answer, failure) -> inFlight.remove(call));
        call.begin(() -> begin.accept(call));
        if (closed) {
            call.abort();
        }
        return call;
    }

    /** Reads a key's document and answers what it says at that time. */
    private <T> void read(FirestoreCall<T> call, LockKey key, BiFunction<Optional<LockDocument>, Long, T> answer) {
        new Retries(call)
                .read(
                        () -> store.get(key),
                        (DocumentSnapshot found, Long sentNanos) ->
                                call.succeed(answer.apply(LockDocument.in(found), millis(found.getReadTime()))));
    }

    private static long millis(@Nullable Timestamp readTime) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(readTime));
    }

    @Override
    public CompletableFuture<Boolean> ping() {
        return this.<Boolean>start(LockOperation.PING, () -> null, call -> new Retries(call)
                .read(() -> store.get(LockBackend.PING_KEY), (found, sentNanos) -> call.succeed(true)));
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return acquire(key, id, ttl, AttemptMode.WITHOUT_WAITING);
    }

    CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl, AttemptMode mode) {
        return this.<AcquireResult>start(LockOperation.ACQUIRE, key::fingerprint, call -> new AcquireOperation(
                        store, known, mode, call, key, id, ttl)
                .begin());
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return this.<ReleaseResult>start(
                LockOperation.RELEASE, id::fingerprint, call -> new ReleaseOperation(store, known, local, call, id)
                        .begin());
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return this.<ExtendResult>start(
                LockOperation.EXTEND, id::fingerprint, call -> new ExtendOperation(store, known, local, call, id, ttl)
                        .begin());
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return this.<Void>start(LockOperation.RELEASE, key::fingerprint, call -> new AbandonOperation(
                        store, known, local, call, key, id)
                .look());
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return this.<Boolean>start(
                LockOperation.IS_LOCKED,
                key::fingerprint,
                call -> read(call, key, (document, now) -> document.filter(lock -> lock.isLive(now))
                        .isPresent()));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return this.<Optional<LockRecord>>start(
                LockOperation.LOOKUP,
                key::fingerprint,
                call -> read(call, key, (document, now) -> document.filter(lock -> lock.isLive(now))
                        .map(lock -> lock.record(now))));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return this.<Optional<LockRecord>>start(LockOperation.LOOKUP, id::fingerprint, call -> new Retries(call)
                .read(() -> store.ofId(id), (QuerySnapshot found, Long sentNanos) -> call.succeed(firstLive(found))));
    }

    /** Lists live locks whose stored keys begin with a text, in the order of their ids, from one on (LST-1). */
    CompletableFuture<LockListing.Page> list(String start, String afterId) {
        return this.<LockListing.Page>start(LockOperation.LOOKUP, () -> null, call -> new Retries(call)
                .read(
                        () -> store.unreleasedAfter(afterId),
                        (QuerySnapshot found, Long sentNanos) -> call.succeed(page(found, start))));
    }

    private static LockListing.Page page(QuerySnapshot found, String start) {
        long now = millis(found.getReadTime());
        List<ListedLock> locks = new ArrayList<>();
        String last = LockDocument.NONE;
        for (QueryDocumentSnapshot document : found.getDocuments()) {
            last = document.get(LockDocument.LOCK_ID) instanceof String id ? id : last;
            listed(document, start, now).ifPresent(locks::add);
        }
        boolean more = found.size() == FirestoreStore.MOST_OF_A_PAGE;
        return new LockListing.Page(locks, more ? Optional.of(FirestoreListing.cursorAfter(last)) : Optional.empty());
    }

    /** Returns a live lock; empty for one that has ended, and for a document that is none of ours. */
    private static Optional<ListedLock> listed(QueryDocumentSnapshot document, String start, long now) {
        try {
            return LockDocument.in(document)
                    .filter(lock -> lock.isLive(now) && lock.key().startsWith(start))
                    .map(lock -> new ListedLock(lock.record(now), OptionalInt.of(lock.waiting())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<LockRecord> firstLive(QuerySnapshot found) {
        long now = millis(found.getReadTime());
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
