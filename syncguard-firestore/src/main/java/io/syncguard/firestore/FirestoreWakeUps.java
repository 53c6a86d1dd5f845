package io.syncguard.firestore;

import com.google.cloud.firestore.QueryDocumentSnapshot;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Wakes the waiters of a backend by what is heard of their locks (WAI-5). Thread-safe. */
final class FirestoreWakeUps implements WakeUps, AutoCloseable {
    private final FirestoreStore store;
    private final Turns turns;
    private final FirestoreThreads threads;
    private final FirestoreAsyncBackend blocking;
    private final FirestoreAsyncBackend async;
    private final QueueListener listener;

    /** By the ids of their documents. */
    private final ConcurrentMap<String, WaitedLock> waited = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * @param threads plan what is due later; closed by the caller
     * @param blocking makes the attempts of threads
     * @param async makes those that a future is returned of
     */
    FirestoreWakeUps(
            FirestoreStore store,
            Turns turns,
            FirestoreThreads threads,
            FirestoreAsyncBackend blocking,
            FirestoreAsyncBackend async) {
        this.store = store;
        this.threads = threads;
        this.turns = turns;
        this.blocking = blocking;
        this.async = async;
        this.listener = new QueueListener(store, turns.process(), new Ear());
    }

    /** Hears for those that wait. */
    private final class Ear implements QueueListener.Hearer {
        @Override
        public void heard(QueryDocumentSnapshot lock) {
            WaitedLock here = waited.get(lock.getId());
            if (here != null) {
                here.heard(lock);
            }
        }

        @Override
        public void heardNoMore(String document) {
            WaitedLock here = waited.get(document);
            if (here != null) {
                here.heardNoMore();
            }
        }

        @Override
        public void deaf() {
            waited.values().forEach(WaitedLock::deaf);
        }
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        WaitedLock.Waiter waiter = new WaitedLock.Waiter(wake);
        String document;
        try {
            document = store.lock(key).getId();
        } catch (LockException tooLong) {
            // The attempt says so, in the way of the view it is made through.
            return new FirestorePlace(key, "", waited(key), waiter);
        }
        WaitedLock lock = waited.compute(document, (same, known) -> {
            if (known != null && known.attach(waiter)) {
                return known;
            }
            WaitedLock fresh = waited(key);
            fresh.attach(waiter);
            return fresh;
        });
        if (closed) {
            lock.close();
        }
        return new FirestorePlace(key, document, lock, waiter);
    }

    private WaitedLock waited(LockKey key) {
        return new WaitedLock(store, turns, threads, key, listener::listens);
    }

    @Override
    public Duration holdBack(LockKey key) {
        try {
            return turns.holdBack(key);
        } catch (LockException tooLong) {
            // The attempt says so, in the way of the view it is made through.
            return Duration.ZERO;
        }
    }

    /** Wakes nobody any more. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        waited.values().forEach(WaitedLock::close);
    }

    private final class FirestorePlace implements Place {
        private final LockKey key;
        private final String document;
        private final WaitedLock lock;
        private final WaitedLock.Waiter waiter;

        FirestorePlace(LockKey key, String document, WaitedLock lock, WaitedLock.Waiter waiter) {
            this.key = key;
            this.document = document;
            this.lock = lock;
            this.waiter = waiter;
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            return AsyncLockBackend.await(() -> attempt(blocking, id, ttl), LockOperation.ACQUIRE, key::fingerprint);
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            return attempt(async, id, ttl);
        }

        private CompletableFuture<AcquireResult> attempt(FirestoreAsyncBackend via, LockId id, Ttl ttl) {
            listener.start();
            lock.attemptBegins();
            CompletableFuture<AcquireResult> call =
                    via.acquire(key, id, ttl, new Standing(lock, !holdBack(key).isZero()));
            call.whenComplete((result, failure) -> lock.attemptEnds(result instanceof Acquired));
            return call;
        }

        @Override
        public void close() {
            if (lock.detach(waiter)) {
                waited.remove(document, lock);
            }
        }
    }
}
