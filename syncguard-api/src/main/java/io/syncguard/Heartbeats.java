package io.syncguard;

import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.ExtendResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
            new ScheduledThreadPoolExecutor(1, work -> DaemonThreads.unstarted("syncguard-heartbeat", work));
    private final ThreadPoolExecutor notices = new ThreadPoolExecutor(
            MOST_NOTICES_AT_ONCE,
            MOST_NOTICES_AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> DaemonThreads.unstarted("syncguard-loss", work));

    private final AsyncLockBackend backend;

    /** Watches whose beat is due. Only the clock's thread comes here. */
    private final Deque<Watch> due = new ArrayDeque<>();

    /** Held while beats are sent. */
    private final Object sending = new Object();

    /** Creates it with what sends beats. Starts no thread yet. */
    Heartbeats(AsyncLockBackend backend) {
        this.backend = backend;
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

    /** Sends a beat together with those of other watches that are due now. Called on the clock's thread only. */
    void send(Watch watch) {
        due.add(watch);
        if (due.size() == 1) {
            try {
                // After all looks that are due by now.
                clock.execute(this::sendDue);
            } catch (RejectedExecutionException closed) {
                due.clear();
            }
        }
    }

    private void sendDue() {
        while (!due.isEmpty()) {
            synchronized (sending) {
                List<Watch.Beat> beats = new ArrayList<>();
                while (!due.isEmpty() && beats.size() < AsyncLockBackend.MOST_EXTENSIONS) {
                    Watch.Beat beat = due.remove().ready();
                    if (beat != null) {
                        beats.add(beat);
                    }
                }
                if (!beats.isEmpty()) {
                    sendAll(beats);
                }
            }
        }
    }

    private void sendAll(List<Watch.Beat> beats) {
        List<CompletableFuture<ExtendResult>> calls;
        try {
            calls = backend.extendAll(beats.stream().map(Watch.Beat::extension).toList());
        } catch (Exception | Error e) {
            beats.forEach(Watch.Beat::failed);
            return;
        }
        for (int i = 0; i < beats.size(); i++) {
            beats.get(i).sent(calls.get(i));
        }
    }

    /** Returns when no beat is being sent that was found due before. What it may have to wait for does not block. */
    void awaitSending() {
        synchronized (sending) {
            // Sent by now.
            return;
        }
    }

    /** Lets somebody hear of a loss, on a thread that may be blocked. */
    void tell(Runnable notice) {
        try {
            notices.execute(notice);
        } catch (RejectedExecutionException closed) {
            DaemonThreads.unstarted("syncguard-loss", notice).start();
        }
    }

    /** Ends the looks. Notices that are due are still given. */
    @Override
    public void close() {
        clock.shutdownNow();
        notices.shutdown();
    }
}
