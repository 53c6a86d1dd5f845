package io.syncguard.examples.sql;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.DaemonThreads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the calls of one backend, each in a transaction of its own on a thread of the backend. Thread-safe. */
final class SqlCalls implements AutoCloseable {
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionSource source;
    private final CallDeadlines deadlines;

    /** No one interrupts these threads: with some drivers that breaks more than the call. */
    private final ExecutorService threads;

    /** Ends statements and connections, for which drivers may block. */
    private final ExecutorService endings = DaemonThreads.perTask("syncguard-sql-ending");

    private final Set<SqlCall<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SqlCalls(ConnectionSource source, CallDeadlines deadlines, int mostThreads) {
        this.source = source;
        this.deadlines = deadlines;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                mostThreads,
                mostThreads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named("syncguard-sql"));
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /** Makes a call that changes nothing. */
    <T> T read(LockOperation operation, Supplier<? extends @Nullable String> fingerprint, SqlWork<T> work) {
        return call(operation, fingerprint, new SqlTransaction<>(source, deadlines, work, false));
    }

    /** Makes a call that takes effect with a commit. */
    <T> T write(LockOperation operation, Supplier<? extends @Nullable String> fingerprint, SqlWork<T> work) {
        return call(operation, fingerprint, new SqlTransaction<>(source, deadlines, work, true));
    }

    private <T> T call(
            LockOperation operation, Supplier<? extends @Nullable String> fingerprint, SqlTransaction<T> transaction) {
        long startedNanos = System.nanoTime();
        if (closed) {
            throw BackendClosed.beforeCall(operation, fingerprint.get());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint.get(),
                    "the calling thread is interrupted; nothing was sent",
                    null);
        }
        SqlCall<T> call = new SqlCall<>(operation, fingerprint, transaction);
        // Before a thread gets it: closing refuses further calls, and then ends those that are here.
        underWay.add(call);
        try {
            threads.execute(call);
            return call.await(deadlines, startedNanos, endings);
        } catch (RejectedExecutionException e) {
            throw BackendClosed.beforeCall(operation, fingerprint.get());
        } finally {
            underWay.remove(call);
        }
    }

    /**
     * Ends the calls under way and the threads. Waits for that for two seconds at the most; a thread that is still in the driver then
     * ends when the driver lets it go. Throws nothing. May be called again.
     */
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        underWay.forEach(call -> call.abort(endings));
        endings.shutdown();
        if (!await(threads) || !await(endings)) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false on an interrupt. */
    private static boolean await(ExecutorService ending) {
        try {
            boolean unused = ending.awaitTermination(CLOSE_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
