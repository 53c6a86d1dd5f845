package io.syncguard.spi;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view of a backend that blocks: runs its blocking methods on an executor. A backend makes one for
 * itself and closes it last in its own {@code close()}:
 *
 * <pre>{@code
 * private final ExecutorAsyncBackend async = ExecutorAsyncBackend.onThreads(this, timeout, 8);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ExecutorAsyncBackend implements AsyncLockBackend, AutoCloseable {
    private static final String THREAD_NAME = "syncguard-async";
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_SECONDS = 1;

    private final LockBackend backend;
    private final Executor executor;
    private final @Nullable ExecutorService threads;
    private final Duration timeout;

    private ExecutorAsyncBackend(
            LockBackend backend, Executor executor, @Nullable ExecutorService threads, Duration timeout) {
        this.backend = backend;
        this.executor = executor;
        this.threads = threads;
        this.timeout = timeout;
    }

    /**
     * Returns a view that runs each call on a virtual thread where the JVM has them, and before on a pool of platform
     * threads, which come with the calls, go when idle, and queue what they cannot take on. Waiting for a thread is part
     * of a call's time (OPT-2). Cancelling a call interrupts its thread.
     *
     * @param timeout the longest a call takes, including its wait for a thread
     * @param mostThreads how many platform threads there are at the most: as many as the backend can do calls at once
     */
    public static ExecutorAsyncBackend onThreads(LockBackend backend, Duration timeout, int mostThreads) {
        ExecutorService threads = DaemonThreads.virtual(THREAD_NAME).orElseGet(() -> pool(mostThreads));
        return new ExecutorAsyncBackend(backend, threads, threads, timeout);
    }

    /**
     * Returns a view that runs each call on the thread that asks for it, for backends whose calls never wait for
     * anything. Its futures are complete when they are returned.
     */
    public static ExecutorAsyncBackend onCaller(LockBackend backend) {
        return new ExecutorAsyncBackend(backend, ExecutorAsyncBackend::uninterrupted, null, Duration.ZERO);
    }

    /** An asynchronous call takes no notice of interrupts, and none away. */
    private static void uninterrupted(Runnable call) {
        boolean interrupted = Thread.interrupted();
        try {
            call.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ExecutorService pool(int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, THREAD_NAME);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return start(LockOperation.ACQUIRE, key::fingerprint, () -> backend.acquire(key, id, ttl));
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return start(LockOperation.RELEASE, id::fingerprint, () -> backend.release(id));
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return start(LockOperation.EXTEND, id::fingerprint, () -> backend.extend(id, ttl));
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return start(LockOperation.RELEASE, key::fingerprint, () -> {
            backend.abandon(key, id, ttl);
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return start(LockOperation.IS_LOCKED, key::fingerprint, () -> backend.isLocked(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return start(LockOperation.LOOKUP, key::fingerprint, () -> backend.lookup(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return start(LockOperation.LOOKUP, id::fingerprint, () -> backend.lookup(id));
    }

    /**
     * Runs another blocking call of the backend's in the same way.
     *
     * @param fingerprint answers what stands for the key or id in messages, or null where no one lock is concerned
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(
            LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        ExecutorCall<T> call = new ExecutorCall<>(operation, fingerprint, body);
        call.startOn(executor, timeout);
        return call;
    }

    /**
     * Ends the threads of this view; the backend must refuse calls by then, so that what is queued ends at once. Waits
     * for a second at the most. Throws nothing.
     */
    @Override
    public void close() {
        if (threads == null) {
            return;
        }
        threads.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
