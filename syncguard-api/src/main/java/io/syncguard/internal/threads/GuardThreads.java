package io.syncguard.internal.threads;

import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.TaskTimer;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one guard. A timer and a few workers run the library's own tasks, which never block. Code of the application,
 * which may, runs on threads that are not limited, so that no callback waits for another, or on the executor that the application
 * handed in. Threads start with the first need. Thread-safe.
 */
public final class GuardThreads implements AutoCloseable {
    private static final String WORKER = "syncguard-worker";
    private static final String CALLBACK = "syncguard-callback";
    private static final int MOST_WORKERS = 4;
    private static final int MOST_OBSERVED = 10_000;
    private static final long IDLE_SECONDS = 1;
    private static final long CLOSE_MILLIS = 500;
    private static final long NO_THREAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TaskTimer timer;
    private final ThreadPoolExecutor workers = workers();
    private final ExecutorService callbacks = DaemonThreads.perTask(CALLBACK);
    private final @Nullable Executor handedIn;

    /** Calls of observers, of which one is made at a time. */
    private final Queue<Runnable> observed = new LinkedBlockingQueue<>(MOST_OBSERVED);

    private final AtomicBoolean observing = new AtomicBoolean();

    /** Set on threads of this guard: whether they may run code of the application. */
    private final ThreadLocal<Boolean> ours = new ThreadLocal<>();

    /**
     * Creates the threads of a guard.
     *
     * @param handedIn runs the application's code; null to run it on threads of the guard
     * @param clock measures delays
     */
    public GuardThreads(@Nullable Executor handedIn, GuardClock clock) {
        this.handedIn = handedIn;
        this.timer = new TaskTimer("syncguard-timer", clock);
    }

    private static ThreadPoolExecutor workers() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                MOST_WORKERS,
                MOST_WORKERS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named(WORKER));
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    /** Runs a short task of ours on the timer's thread after a delay. Returns null after {@link #close()}: it never runs. */
    public @Nullable Future<?> onTimer(long nanos, Runnable look) {
        return timer.after(nanos, () -> runHere(look, false));
    }

    /** Runs a short task of ours on the timer's thread at a moment of the clock. Returns null after {@link #close()}. */
    public @Nullable Future<?> onTimerAt(long dueNanos, Runnable look) {
        return timer.at(dueNanos, () -> runHere(look, false));
    }

    /** Runs a task of ours on a worker at a moment of the clock. Returns null after {@link #close()}: it never runs. */
    public @Nullable Future<?> at(long dueNanos, Runnable task) {
        return timer.at(dueNanos, () -> run(task));
    }

    /** Runs a task of ours on a worker after a delay. Returns null after {@link #close()}: it never runs. */
    public @Nullable Future<?> after(long nanos, Runnable task) {
        return timer.after(nanos, () -> run(task));
    }

    /** Runs a task of ours on a worker, after {@link #close()} too. It must not block. */
    public void run(Runnable task) {
        execute(workers, WORKER, () -> runHere(task, false));
    }

    /** Runs code of the application, never on the calling thread, after {@link #close()} too. */
    public void deliver(Runnable callback) {
        Executor executor = handedIn;
        execute(
                callbacks,
                CALLBACK,
                () -> runHere(executor == null ? callback : () -> handOver(executor, callback), true));
    }

    /**
     * Has observers called on another thread, in the order of the calls of this method, after {@link #close()} too. One that blocks
     * delays later calls of observers and nothing else.
     *
     * @return whether the call will be made; false if too many are waiting
     */
    public boolean observe(Runnable call) {
        boolean accepted = observed.offer(call);
        callObservers();
        return accepted;
    }

    private void callObservers() {
        if (!observed.isEmpty() && observing.compareAndSet(false, true)) {
            execute(callbacks, CALLBACK, () -> runHere(this::callObserversHere, true));
        }
    }

    private void callObserversHere() {
        try {
            for (Runnable next = observed.poll(); next != null; next = observed.poll()) {
                next.run();
            }
        } finally {
            observing.set(false);
            // For what was added since the last look, or follows one that threw.
            callObservers();
        }
    }

    /** Returns whether code of the application may run on this thread, as a stage of a future does that completes here. */
    public boolean mayRunCallbacksHere() {
        return handedIn == null && !Boolean.FALSE.equals(ours.get());
    }

    /** Runs code of the application here if the executor that was handed in fails to take it. */
    private static void handOver(Executor executor, Runnable callback) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                callback.run();
            }
        };
        try {
            executor.execute(once);
        } catch (Throwable refused) {
            // Of other languages' code, checked exceptions too.
            once.run();
        }
    }

    private void execute(ExecutorService executor, String name, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException closed) {
            DaemonThreads.unstarted(name, task).start();
        } catch (OutOfMemoryError noThread) {
            if (executor == workers && workers.getPoolSize() > 0) {
                // One that is there does it as well. If it has just ended, another one is tried for.
                workers.getQueue().add(task);
                timer.after(NO_THREAD_NANOS, workers::prestartCoreThread);
            } else {
                timer.after(NO_THREAD_NANOS, () -> execute(executor, name, task));
            }
        }
    }

    private void runHere(Runnable task, boolean mayBlock) {
        ours.set(mayBlock);
        try {
            task.run();
        } finally {
            ours.remove();
        }
    }

    /** Ends the timer and the other threads. Callbacks that are due still run, and a blocked one keeps its thread until it ends. */
    @Override
    public void close() {
        timer.close();
        workers.shutdown();
        callbacks.shutdown();
        if (ours.get() != null) {
            return;
        }
        long startedNanos = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            long longest = TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            workers.awaitTermination(longest, TimeUnit.NANOSECONDS);
            callbacks.awaitTermination(longest - (System.nanoTime() - startedNanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
