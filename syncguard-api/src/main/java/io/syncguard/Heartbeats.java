package io.syncguard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which all watched locks of a guard are looked after, and those on which callers hear of losses, which
 * callers may block. Threads start with the first need. Thread-safe.
 */
final class Heartbeats implements AutoCloseable {
    private static final int MOST_NOTICES_AT_ONCE = 16;
    private static final long IDLE_SECONDS = 1;

    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, work -> DaemonThreads.named("syncguard-heartbeat", work));
    private final ThreadPoolExecutor notices = new ThreadPoolExecutor(
            MOST_NOTICES_AT_ONCE,
            MOST_NOTICES_AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> DaemonThreads.named("syncguard-loss", work));

    Heartbeats() {
        clock.setRemoveOnCancelPolicy(true);
        notices.allowCoreThreadTimeOut(true);
    }

    /** Runs a look after a while. After {@link #close()} there is none, and the future never completes. */
    Future<?> after(long nanos, Runnable look) {
        try {
            return clock.schedule(look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return new CompletableFuture<Void>();
        }
    }

    /** Lets somebody hear of a loss, on a thread that may be blocked. */
    void tell(Runnable notice) {
        try {
            notices.execute(notice);
        } catch (RejectedExecutionException closed) {
            DaemonThreads.named("syncguard-loss", notice).start();
        }
    }

    /** Ends the looks. Notices that are due are still given. */
    @Override
    public void close() {
        var unused = clock.shutdownNow();
        notices.shutdown();
    }
}
