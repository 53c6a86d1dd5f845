package io.syncguard.conformance;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Threads that acquire one key after the other, whatever becomes of the server, so that some are under way when it is killed. */
final class AcquiresThroughOutage implements AutoCloseable {
    private static final int THREADS = 4;

    /** A call that fails at once is not repeated at once. */
    private static final long PAUSE_MILLIS = 25;

    private final LockBackend backend;
    private final Supplier<LockKey> keys;
    private final Map<LockId, LockKey> failedForCertain = new ConcurrentHashMap<>();
    private final AtomicInteger acquired = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private AcquiresThroughOutage(LockBackend backend, Supplier<LockKey> keys) {
        this.backend = backend;
        this.keys = keys;
    }

    static AcquiresThroughOutage start(LockBackend backend, Supplier<LockKey> keys) {
        AcquiresThroughOutage acquires = new AcquiresThroughOutage(backend, keys);
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(acquires::run, "conformance-acquires");
            thread.setDaemon(true);
            thread.start();
            acquires.threads.add(thread);
        }
        return acquires;
    }

    private void run() {
        while (!stopped) {
            LockKey key = keys.get();
            LockId id = backend.newLockId(key);
            try {
                var unused = backend.acquire(key, id, Held.LONG);
                acquired.incrementAndGet();
            } catch (LockException e) {
                if (!e.isOutcomeUnknown()) {
                    failedForCertain.put(id, key);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
        }
    }

    /** Waits until each is likely to be under way. */
    void awaitFirst() {
        Await.until("ACQ-1 free keys are acquired", () -> acquired.get() >= THREADS);
    }

    /** Ends them, and waits until none is under way. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread each : threads) {
            each.join(Await.longest().toMillis());
        }
    }

    /** Returns the ids, with their keys, whose acquire failed and is said to have changed nothing. */
    Map<LockId, LockKey> failedForCertain() {
        return Map.copyOf(failedForCertain);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
