package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.conformance.ModelWakeUps.ModelPlace;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the model keeps for all backends on it, and its clock. Guarded by its own monitor. */
final class ModelServer {
    /** One lock, with when its entry and the entry of its index vanish. */
    record Lock(String key, LockId id, FenceToken fence, long acquiredAt, long expiresAt) {}

    private static final String NAME = "model-server";

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    final Map<String, Lock> locks = new HashMap<>();
    final Map<String, String> index = new HashMap<>();
    final Map<String, Long> indexEnds = new HashMap<>();
    final Map<String, Long> fences = new HashMap<>();
    final Set<LockId> abandoned = new HashSet<>();

    /** For faults: when a counter is forgotten, how a key's last lock has ended, which key an id has taken, and its first fence. */
    final Map<String, Long> fenceEnds = new HashMap<>();

    final Map<String, Fault> ends = new HashMap<>();
    final Map<LockId, String> taken = new HashMap<>();
    final Map<LockId, FenceToken> firstFences = new HashMap<>();

    final Map<String, Deque<ModelPlace>> waiting = new HashMap<>();

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

    long now() {
        return originMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNanos);
    }
}
