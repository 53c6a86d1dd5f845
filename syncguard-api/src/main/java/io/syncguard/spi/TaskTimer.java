package io.syncguard.spi;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs short tasks after a delay, on one thread of its own that exists while something is scheduled. A task must not block:
 * everything else that is due waits for it. Thread-safe.
 */
public final class TaskTimer implements AutoCloseable {
    private static final long IDLE_SECONDS = 1;

    private final ScheduledThreadPoolExecutor clock;

    /** Creates a timer, which starts no thread yet. */
    public TaskTimer(String threadName) {
        clock = new ScheduledThreadPoolExecutor(1, DaemonThreads.named(threadName));
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
    }

    /**
     * Schedules a task. Does not block.
     *
     * @return what cancels it, or null if this timer is closed and the task will never run
     */
    public @Nullable Future<?> after(long nanos, Runnable task) {
        try {
            return clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    /** Drops what is scheduled and ends the thread. Does not wait for a task that is running. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
