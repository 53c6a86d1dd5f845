package io.syncguard.spi;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view of a backend that blocks: runs the backend's blocking methods on threads of its own. The author of such a
 * backend writes one class, with three lines for this view:
 *
 * <pre>{@code
 * final class MyBackend implements LockBackend {
 *     private final ExecutorAsyncBackend async = ExecutorAsyncBackend.onThreads(this, 8);
 *     …
 *     public AsyncLockBackend async() {
 *         return async;
 *     }
 *
 *     public void close() {
 *         …
 *         async.close();
 *     }
 * }
 * }</pre>
 *
 * <p>Futures complete on the thread of their call. Those of calls that time out complete on another thread of this view, so that
 * code that blocks there delays no other timeout. A failure that is no {@link LockException} arrives as {@code INTERNAL} of
 * unknown outcome, with the failure as its cause.
 *
 * <p>The threads inherit nothing from the callers that they start for. Nothing runs on the common pool or on the JDK's timer.
 * Thread-safe.
 */
public final class ExecutorAsyncBackend implements AsyncLockBackend, AutoCloseable {
    private final LockBackend backend;

    /** Null where calls run on the threads that ask for them. */
    private final @Nullable CallThreads threads;

    /** Null where the backend's capabilities say the timeout, and nothing else bounds a call. */
    private final @Nullable CallDeadlines deadlines;

    private ExecutorAsyncBackend(
            LockBackend backend, @Nullable CallThreads threads, @Nullable CallDeadlines deadlines) {
        this.backend = Objects.requireNonNull(backend, "backend");
        this.threads = threads;
        this.deadlines = deadlines;
    }

    /**
     * Returns a view that runs each call on a thread of its own, with the {@linkplain BackendCapabilities#operationTimeout()
     * operation timeout} that the backend's capabilities tell. They are asked with each call, so a field of the backend may be
     * initialised with this view. Otherwise as {@link #onThreads(LockBackend, Duration, int)}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if {@code mostThreads} is less than 1
     */
    public static ExecutorAsyncBackend onThreads(LockBackend backend, int mostThreads) {
        return new ExecutorAsyncBackend(backend, CallThreads.virtualOrPooled(checked(mostThreads)), null);
    }

    /**
     * Returns a view that runs each call on a thread of its own: a virtual one where the JVM has them.
     *
     * <p>A JVM before 21 gets a pool of platform threads. Its threads start with the calls and end when they are idle; calls beyond
     * them queue. Extensions that are made together and abandoned acquires have a small second pool, and so do not queue behind
     * other calls.
     *
     * <p>Waiting for a thread is part of a call's time (OPT-2). Cancelling a call interrupts its thread.
     *
     * @param timeout the longest time a call takes, from 1 ms to 1 hour
     * @param mostThreads how many platform threads run calls at the most, at least 1: as many as the backend can do calls at once
     * @throws LockException {@code INVALID_ARGUMENT} if the timeout or the number is out of range
     */
    public static ExecutorAsyncBackend onThreads(LockBackend backend, Duration timeout, int mostThreads) {
        return onThreads(backend, CallDeadlines.withinOperationTimeout(timeout), mostThreads);
    }

    /**
     * Returns a view of a backend whose first connection has a timeout of its own. Otherwise as {@link #onThreads(LockBackend, Duration,
     * int)}.
     *
     * @param deadlines those by which the backend's own calls end
     * @throws LockException {@code INVALID_ARGUMENT} if the number is out of range
     */
    public static ExecutorAsyncBackend onThreads(LockBackend backend, CallDeadlines deadlines, int mostThreads) {
        return new ExecutorAsyncBackend(
                backend,
                CallThreads.virtualOrPooled(checked(mostThreads)),
                Objects.requireNonNull(deadlines, "deadlines"));
    }

    /** As {@link #onThreads(LockBackend, Duration, int)} on a JVM without virtual threads, whatever this one has. */
    static ExecutorAsyncBackend onPool(LockBackend backend, Duration timeout, int mostThreads) {
        return new ExecutorAsyncBackend(
                backend, CallThreads.pooled(mostThreads), CallDeadlines.withinOperationTimeout(timeout));
    }

    /**
     * Returns a view that runs each call on the thread that asks for it, for backends whose calls never wait for
     * anything. Its futures are complete when they are returned. It has no threads.
     */
    public static ExecutorAsyncBackend onCaller(LockBackend backend) {
        return new ExecutorAsyncBackend(backend, null, null);
    }

    private static int checked(int mostThreads) {
        if (mostThreads < 1) {
            throw LockException.invalidArgument(
                    "a backend needs at least one thread for its calls, not " + mostThreads);
        }
        return mostThreads;
    }

    @Override
    public CompletableFuture<?> ping() {
        return start(LockOperation.PING, () -> null, () -> {
            backend.ping();
            return true;
        });
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

    /** {@inheritDoc} Runs {@linkplain #startInBackground in the background}. */
    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return extensions.stream()
                .map(each -> this.<ExtendResult>startInBackground(
                        LockOperation.EXTEND, each.id()::fingerprint, () -> backend.extend(each.id(), each.ttl())))
                .toList();
    }

    /** {@inheritDoc} Runs {@linkplain #startInBackground in the background}. */
    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return startInBackground(LockOperation.RELEASE, key::fingerprint, () -> {
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
     * @param body makes the call
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(
            LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        return start(operation, fingerprint, body, false);
    }

    /**
     * Runs a blocking call of the backend's that must not queue behind the calls of users: a heartbeat, or the settling of an
     * acquire. Otherwise as {@link #start}.
     *
     * @param fingerprint answers what stands for the key or id in messages, or null where no one lock is concerned
     * @param body makes the call
     */
    public <T extends @Nullable Object> CompletableFuture<T> startInBackground(
            LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        return start(operation, fingerprint, body, true);
    }

    private <T extends @Nullable Object> CompletableFuture<T> start(
            LockOperation operation,
            Supplier<? extends @Nullable String> fingerprint,
            Supplier<T> body,
            boolean inBackground) {
        if (threads == null) {
            return onThisThread(operation, fingerprint, body);
        }
        ExecutorCall<T> call = new ExecutorCall<>(operation, fingerprint, body);
        if (deadlines == null) {
            threads.run(call, backend.capabilities().operationTimeout(), inBackground);
        } else {
            threads.run(call, deadlines, inBackground);
        }
        return call;
    }

    /** An asynchronous call takes no notice of interrupts, and none away. */
    private static <T extends @Nullable Object> CompletableFuture<T> onThisThread(
            LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        boolean interrupted = Thread.interrupted();
        try {
            return CompletableFuture.completedFuture(body.get());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(LockException.of(e, operation, fingerprint.get()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Ends the threads and the timer of this view. The backend must refuse calls by then, so that queued ones end at once. A call
     * that does not end within half a second is {@code ABORTED}, and its thread is interrupted.
     *
     * <p>Waits for little more than a second at the most, and not at all when one of these threads calls it. May be called again, to no effect.
     * Throws nothing.
     */
    @Override
    public void close() {
        if (threads != null) {
            threads.close();
        }
    }
}
