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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Wakes the waiters of a backend by what is heard of their locks (WAI-5). Thread-safe. */
final class FirestoreWakeUps implements WakeUps, AutoCloseable {
    /** How long closing waits at the most until all is written that this process has to say in the queues. */
    private static final Duration LEAVING = Duration.ofMillis(500);

    private final FirestoreStore store;
    private final LocalWaiters local;
    private final FirestoreThreads threads;
    private final FirestoreAsyncBackend blocking;
    private final FirestoreAsyncBackend async;
    private final QueueListener listener;

    /** By the ids of their documents. */
    private final ConcurrentMap<String, LockWaiters> waited = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * @param threads plan what is due later; closed by the caller
     * @param blocking makes the attempts of threads
     * @param async makes those that a future is returned of
     */
    FirestoreWakeUps(
            FirestoreStore store,
            LocalWaiters local,
            FirestoreThreads threads,
            FirestoreAsyncBackend blocking,
            FirestoreAsyncBackend async) {
        this.store = store;
        this.threads = threads;
        this.local = local;
        this.blocking = blocking;
        this.async = async;
        this.listener = new QueueListener(store, threads, local.process(), new WaitedLockEvents());
    }

    private final class WaitedLockEvents implements QueueListener.LockEvents {
        @Override
        public void changed(QueryDocumentSnapshot lock) {
            LockWaiters here = waited.get(lock.getId());
            if (here != null) {
                here.heard(lock);
            } else if (!closed && !local.queues().isWriting(lock.getId())) {
                local.queues().change(lock.getId(), QueueChange.leaving(local.process(), null));
            }
        }

        @Override
        public void unlisted(String document) {
            LockWaiters here = waited.get(document);
            if (here != null) {
                here.unlisted();
            }
        }

        @Override
        public void current() {
            waited.values().forEach(LockWaiters::hears);
        }

        @Override
        public void deaf() {
            waited.values().forEach(LockWaiters::deaf);
        }

        @Override
        public boolean isAnybodyWaiting() {
            return !waited.isEmpty();
        }
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        LockWaiters.Waiter waiter = new LockWaiters.Waiter(wake);
        String document;
        try {
            document = store.documentId(key);
        } catch (LockException tooLong) {
            // The attempt says so, in the way of the view it is made through.
            return new FirestorePlace(key, "", waiters(key, ""), waiter);
        }
        LockWaiters waiters = waited.compute(document, (same, known) -> {
            if (known != null && known.attach(waiter)) {
                return known;
            }
            LockWaiters fresh = waiters(key, document);
            fresh.attach(waiter);
            return fresh;
        });
        if (closed) {
            waiters.close();
        }
        return new FirestorePlace(key, document, waiters, waiter);
    }

    private LockWaiters waiters(LockKey key, String document) {
        return new LockWaiters(store, local, threads, key, document, listener);
    }

    @Override
    public Duration holdBack(LockKey key) {
        try {
            return local.holdBack(key);
        } catch (LockException tooLong) {
            // The attempt says so, in the way of the view it is made through.
            return Duration.ZERO;
        }
    }

    /** Listens by a new client, if it listens at all. */
    void listenAgain() {
        listener.again();
    }

    /** Wakes nobody any more. Blocks for a moment, until all is written that this process has to say in the queues. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        waited.values().forEach(LockWaiters::close);
        try {
            local.queues().settled().get(LEAVING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Names age.
        }
    }

    private final class FirestorePlace implements Place {
        private final LockKey key;
        private final String document;
        private final LockWaiters waiters;
        private final LockWaiters.Waiter waiter;

        FirestorePlace(LockKey key, String document, LockWaiters waiters, LockWaiters.Waiter waiter) {
            this.key = key;
            this.document = document;
            this.waiters = waiters;
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
            waiters.attemptBegins();
            CompletableFuture<AcquireResult> call = via.acquire(key, id, ttl, new AttemptMode(waiters));
            call.whenComplete((result, failure) -> waiters.attemptEnds(waiter, result instanceof Acquired));
            return call;
        }

        @Override
        public void close() {
            waiters.detach(waiter);
            if (waiters.isOver() && waited.remove(document, waiters) && waited.isEmpty()) {
                listener.unneeded();
            }
        }
    }
}
