package io.syncguard.internal.threads;

import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.TaskTimer;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one guard: a timer, and workers on which no task waits for another. Code of the application runs on the
 * executor that it handed in, or else on the workers, and never on the timer. Threads start with the first need. Thread-safe.
 */
public final class GuardThreads implements AutoCloseable {
    private static final String WORKER = "syncguard-worker";
    private static final long CLOSE_MILLIS = 500;
    private static final long NO_THREAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TaskTimer timer = new TaskTimer("syncguard-timer");
    private final ExecutorService workers = DaemonThreads.perTask(WORKER);
    private final @Nullable Executor handedIn;

    /** Set on the workers of this guard. */
    private final ThreadLocal<Boolean> ours = new ThreadLocal<>();

    /**
     * Creates the threads of a guard.
     *
     * @param handedIn runs the application's code; null to run it on the workers
     */
    public GuardThreads(@Nullable Executor handedIn) {
        this.handedIn = handedIn;
    }

    /** Runs a short task of ours on the timer's thread after a delay. Returns null after {@link #close()}: it never runs. */
    public @Nullable Future<?> onTimer(long nanos, Runnable look) {
        return timer.after(nanos, look);
    }

    /** Runs a task of ours on a worker after a delay. Returns null after {@link #close()}: it never runs. */
    public @Nullable Future<?> after(long nanos, Runnable task) {
        return timer.after(nanos, () -> run(task));
    }

    /** Runs a task of ours on a worker, after {@link #close()} too. */
    public void run(Runnable task) {
        try {
            workers.execute(() -> runHere(task));
        } catch (RejectedExecutionException closed) {
            DaemonThreads.unstarted(WORKER, task).start();
        } catch (OutOfMemoryError noThread) {
            timer.after(NO_THREAD_NANOS, () -> run(task));
        }
    }

    private void runHere(Runnable task) {
        ours.set(true);
        try {
            task.run();
        } finally {
            ours.remove();
        }
    }

    /** Returns whether the application's code must leave the calling thread for the executor that was handed in. */
    public boolean handsOver() {
        return handedIn != null;
    }

    /** Runs code of the application, on a worker if the executor that was handed in refuses it. */
    public void deliver(Runnable callback) {
        Executor executor = handedIn;
        if (executor == null) {
            run(callback);
            return;
        }
        try {
            executor.execute(callback);
        } catch (RuntimeException refused) {
            run(callback);
        }
    }

    /** Runs code of the application later, never on the calling thread, whatever the executor that was handed in does. */
    public void deliverLater(Runnable callback) {
        run(handedIn == null ? callback : () -> deliver(callback));
    }

    /** Ends the timer and the workers. Callbacks that are due still run, and a blocked one keeps its thread until it ends. */
    @Override
    public void close() {
        timer.close();
        workers.shutdown();
        if (ours.get() != null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            workers.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
