package io.syncguard.spi;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs short tasks after a delay, on one thread of its own. The thread ends when nothing is scheduled for some seconds. A task must
 * not block, because it delays every other task that is due. Thread-safe.
 */
public final class TaskTimer implements AutoCloseable {
    private static final long IDLE_SECONDS = 1;

    private static final long CLOSE_MILLIS = 100;

    private final ScheduledThreadPoolExecutor clock;

    /** The last one that was started. */
    private volatile @Nullable Thread thread;

    /** Creates a timer. Its thread starts with the first task. */
    public TaskTimer(String threadName) {
        clock = new ScheduledThreadPoolExecutor(1, work -> {
            Thread started = DaemonThreads.unstarted(threadName, work);
            thread = started;
            return started;
        });
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
    }

    /**
     * Schedules a task. Does not block.
     *
     * @return a handle that cancels the task; null if this timer is closed, and the task will never run
     */
    public @Nullable Future<?> after(long nanos, Runnable task) {
        try {
            return clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    /**
     * Drops all scheduled tasks and ends the thread. Waits for the thread for a tenth of a second at the most, and not at all on
     * that thread or on an interrupted one.
     */
    @Override
    public void close() {
        clock.shutdownNow();
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
