package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Ttl;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Wakes those that wait for a key by a listener on the lock's document: one for a key and backend, from when somebody first
 * waits until nobody does. Thread-safe.
 */
final class FirestoreWakeUps implements WakeUps, AutoCloseable {
    private static final int MOST_RIVALRIES = 10_000;

    private final LockBackend backend;
    private final FirestoreStore store;
    private final Waiters waiters;
    private final HandOverTime handOver = new HandOverTime();
    private final Listening listening = new Listening();
    private final ConcurrentMap<DocumentReference, LockWatch> watches = new ConcurrentHashMap<>();
    private final ConcurrentMap<DocumentReference, Rivalry> rivalries = new ConcurrentHashMap<>();

    /**
     * @param backend makes the attempts
     */
    FirestoreWakeUps(LockBackend backend, FirestoreStore store, Waiters waiters) {
        this.backend = backend;
        this.store = store;
        this.waiters = waiters;
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        DocumentReference document = store.lock(key);
        Waiting waiting = new Waiting(wake);
        LockWatch watch = watches.computeIfAbsent(document, this::watch);
        while (!watch.add(waiting)) {
            // It came to its end just now.
            Thread.onSpinWait();
            watch = watches.computeIfAbsent(document, this::watch);
        }
        return new FirestorePlace(key, watch, waiting);
    }

    private LockWatch watch(DocumentReference document) {
        return new LockWatch(
                document, store.backend(), rivalry(document), handOver, listening, () -> watches.remove(document));
    }

    private Rivalry rivalry(DocumentReference document) {
        if (rivalries.size() >= MOST_RIVALRIES) {
            // Long over, nearly all of them.
            rivalries.clear();
        }
        return rivalries.computeIfAbsent(document, unused -> new Rivalry());
    }

    @Override
    public Duration holdBack(LockKey key) {
        if (rivalries.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            Rivalry rivalry = rivalries.get(store.lock(key));
            return rivalry == null ? Duration.ZERO : Duration.ofNanos(rivalry.holdBackNanos());
        } catch (LockException tooLong) {
            // The attempt says so.
            return Duration.ZERO;
        }
    }

    /** Called after a release, with the lock as it was and the server's time. */
    void released(LockDocument lock, long nowMillis) {
        rivalry(lock.reference())
                .released(lock.fenceOrZero(), lock.acquiredAtMillis(), nowMillis, handOver.slotNanos());
    }

    /** Closes all listeners; there will be no more. */
    @Override
    public void close() {
        listening.close();
        watches.values().forEach(LockWatch::close);
    }

    private final class FirestorePlace implements Place {
        private final LockKey key;
        private final LockWatch watch;
        private final Waiting waiting;

        FirestorePlace(LockKey key, LockWatch watch, Waiting waiting) {
            this.key = key;
            this.watch = watch;
            this.waiting = waiting;
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            Optional<Contended> known = watch.known(waiting, id, waiters.isWaiting(id));
            if (known.isPresent()) {
                return known.get();
            }
            boolean free = isSeenFree(id);
            AcquireResult result = backend.acquire(key, id, ttl);
            watch.answered(waiting, result, free);
            return result;
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            Optional<Contended> known = watch.known(waiting, id, waiters.isWaiting(id));
            if (known.isPresent()) {
                return CompletableFuture.completedFuture(known.get());
            }
            boolean free = isSeenFree(id);
            CompletableFuture<AcquireResult> attempt = backend.async().acquire(key, id, ttl);
            var unused = attempt.whenComplete((result, failure) -> {
                if (failure == null) {
                    watch.answered(waiting, result, free);
                }
            });
            return attempt;
        }

        /** A lock that is seen to be free need not be looked at alone first. */
        private boolean isSeenFree(LockId id) {
            boolean free = watch.isSeenFree();
            if (free) {
                waiters.waitsNoMore(id);
            }
            return free;
        }

        @Override
        public void close() {
            watch.remove(waiting);
        }
    }
}
