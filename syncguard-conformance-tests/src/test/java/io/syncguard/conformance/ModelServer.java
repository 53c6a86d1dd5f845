package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.conformance.ModelWakeUps.ModelPlace;
import io.syncguard.testsupport.Pause;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What the model keeps for all backends on it, and its clock. Guarded by its own monitor. */
final class ModelServer {
    /** One lock, with when its entry and the entry of its index vanish. */
    record Lock(String key, LockId id, FenceToken fence, long acquiredAt, long expiresAt) {}

    private static final String NAME = "model-server";

    /** Longer than a tolerance and the ttl of any lock that a test has run out. */
    private static final long STALL_MILLIS = 1_500;

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    final NavigableMap<String, Lock> locks = new TreeMap<>();
    final Map<String, String> index = new HashMap<>();
    final Map<String, Long> indexEnds = new HashMap<>();
    final Map<String, Long> fences = new HashMap<>();
    final Set<LockId> abandoned = new HashSet<>();

    /** What locks say of their holders, by id; by key where that is the fault. */
    final Map<String, String> holders = new HashMap<>();

    /** For faults: when a counter is forgotten, how a key's last lock has ended, which key an id has taken, and its first fence. */
    final Map<String, Long> fenceEnds = new HashMap<>();

    final Map<String, Fault> ends = new HashMap<>();
    final Map<LockId, String> taken = new HashMap<>();
    final Map<LockId, FenceToken> firstFences = new HashMap<>();
    final Map<LockId, Long> firstExpiries = new HashMap<>();

    /** Returns when a lock would have expired if nobody had extended it. */
    long firstExpiry(Lock lock) {
        return firstExpiries.getOrDefault(lock.id(), lock.expiresAt());
    }

    final Map<String, Deque<ModelPlace>> waiting = new HashMap<>();

    /** For faults: the locks that were there when the server was killed. */
    final Map<LockId, Lock> lost = new HashMap<>();

    /** Loses everything, as a server does that keeps nothing on disk and is killed. */
    synchronized void lose() {
        locks.values().forEach(lock -> lost.put(lock.id(), lock));
        locks.clear();
        index.clear();
        indexEnds.clear();
        fences.clear();
        abandoned.clear();
        waiting.clear();
    }

    /** Answers requests, one at a time, as a server does that its clients reach by a network. */
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 100, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), ModelServer::thread);

    ModelServer() {
        thread.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, NAME);
        thread.setDaemon(true);
        return thread;
    }

    /** Has the server's thread do something, and waits for its answer, through interrupts. */
    <T> T ask(Supplier<T> request) {
        if (Thread.currentThread().getName().equals(NAME)) {
            return request.get();
        }
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(request, thread);
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Which call on it takes longer than a tolerance to come, counted from 1; none by default. */
    volatile int stalledCall;

    /** If not 0, a waiter that acquires the lock has its answer so much later, and by then everybody else is called too. */
    volatile int lateMillis;

    private final AtomicInteger calls = new AtomicInteger();

    /** Called before each call is answered. */
    void stall() {
        if (calls.incrementAndGet() == stalledCall) {
            Pause.millis(STALL_MILLIS);
        }
    }

    /** Returns how many calls have come. */
    int calls() {
        return calls.get();
    }

    long now() {
        return originMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNanos);
    }
}
