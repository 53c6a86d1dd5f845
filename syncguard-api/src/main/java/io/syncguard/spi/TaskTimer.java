package io.syncguard.spi;

import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs short tasks after a delay, on one thread of its own. The thread ends when nothing is scheduled for some seconds. A task must
 * not block, because it delays every other task that is due. Thread-safe.
 *
 * <p>If the machine can start no thread at the moment, the task waits: each later task tries to start the thread again.
 *
 * <p>Delays are measured by a {@link GuardClock}. A jump of the clock runs what has become due, in the order of the moments for which it
 * was scheduled.
 */
public final class TaskTimer implements AutoCloseable {
    private static final long IDLE_SECONDS = 1;

    private static final long CLOSE_MILLIS = 100;

    private final GuardClock clock;
    private final ScheduledThreadPoolExecutor executor;

    /** The executor if its clock may jump; null if that is the machine's. */
    private final @Nullable ClockedExecutor clocked;

    /** The last one that was started. */
    private volatile @Nullable Thread thread;

    /** Creates a timer by the machine's clock. Its thread starts with the first task. */
    public TaskTimer(String threadName) {
        this(threadName, GuardClock.machine());
    }

    /** Creates a timer by a clock. Its thread starts with the first task. */
    public TaskTimer(String threadName, GuardClock clock) {
        this.clock = clock;
        this.clocked = clock == GuardClock.machine()
                ? null
                : new ClockedExecutor(clock, work -> started(threadName, work), this::isThisThread);
        this.executor =
                clocked == null ? new ScheduledThreadPoolExecutor(1, work -> started(threadName, work)) : clocked;
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        if (clocked != null) {
            clock.addJumpListener(clocked);
        }
    }

    private Thread started(String threadName, Runnable work) {
        Thread started = DaemonThreads.unstarted(threadName, work);
        thread = started;
        return started;
    }

    private boolean isThisThread() {
        return thread == Thread.currentThread();
    }

    /**
     * Schedules a task. Does not block.
     *
     * @return a handle that cancels the task; null if this timer is closed, and the task will never run
     */
    public @Nullable Future<?> after(long nanos, Runnable task) {
        return clocked == null ? schedule(nanos, task) : at(clock.nanoTime() + nanos, task);
    }

    /**
     * Schedules a task for a moment, immediately if that has passed. A jump of the clock since the moment was computed is not missed.
     * Does not block.
     *
     * @param dueNanos by {@link GuardClock#nanoTime()}
     * @return a handle that cancels the task; null if this timer is closed, and the task will never run
     */
    public @Nullable Future<?> at(long dueNanos, Runnable task) {
        return schedule(dueNanos - clock.nanoTime(), clocked == null ? task : new DueTask(dueNanos, task));
    }

    private @Nullable Future<?> schedule(long nanos, Runnable task) {
        Thread last = thread;
        try {
            return last != null && last.isAlive()
                    ? executor.schedule(task, nanos, TimeUnit.NANOSECONDS)
                    : scheduleAndStart(nanos, task);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    /** The executor queues a task before it starts a thread for it, and has no handle of the task if that fails. */
    private Future<?> scheduleAndStart(long nanos, Runnable task) {
        FutureTask<?> handle = new FutureTask<>(task, null);
        try {
            return executor.schedule(
                    task instanceof DueTask due ? new DueTask(due.dueNanos(), handle) : handle,
                    nanos,
                    TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError noThread) {
            if (executor.getQueue().isEmpty()) {
                throw noThread;
            }
            return handle;
        }
    }

    /**
     * Drops all scheduled tasks and ends the thread. Waits for the thread for a tenth of a second at the most, and not at all on
     * that thread or on an interrupted one.
     */
    @Override
    public void close() {
        if (clocked != null) {
            clock.removeJumpListener(clocked);
        }
        executor.shutdownNow();
        Thread last = thread;
        if (last == null || last == Thread.currentThread()) {
            return;
        }
        try {
            last.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
