package io.syncguard;

import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import io.syncguard.spi.Ttl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Gives back, in the background, what an operation of unknown outcome may have left on the server (ACQ-4): acquires
 * whose reply never came, and releases that failed when nobody was left to repeat them.
 *
 * <p>Each case is tried at once and then with growing pauses, until it succeeds or the lock has ended by itself. One
 * thread serves all, comes with the first case and goes after the last. Thread-safe.
 */
final class Settler implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Settler.class.getName());
    private static final int MOST_PENDING = 10_000;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_SECONDS = 3;

    private final LockBackend backend;
    private final Semaphore room = new Semaphore(MOST_PENDING);
    private final ScheduledThreadPoolExecutor executor;

    Settler(LockBackend backend) {
        this.backend = backend;
        executor = new ScheduledThreadPoolExecutor(1, Settler::daemon);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "syncguard-settler");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Sees to it that the id holds nothing soon. Returns at once.
     *
     * @param startedNanos {@link System#nanoTime()} from before the operation was sent
     */
    void settle(LockKey key, LockId id, Ttl ttl, long startedNanos) {
        if (!room.tryAcquire()) {
            LOGGER.log(
                    Level.WARNING,
                    "lock {0}: too many operations of unknown outcome are waiting; the lock frees itself after its ttl",
                    key.fingerprint());
            return;
        }
        long endsNanos = startedNanos + TimeUnit.MILLISECONDS.toNanos(Tolerance.freeAtMillis(ttl.millis()));
        schedule(new Case(key, id, ttl, endsNanos), 0);
    }

    private void schedule(Case open, long pauseMillis) {
        try {
            // work() ends in a log line, never in an exception that this future would keep.
            var unused = executor.schedule(() -> work(open, pauseMillis), pauseMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            room.release();
            leave(open, e);
        }
    }

    private void work(Case open, long pauseMillis) {
        try {
            backend.abandon(open.key, open.id, open.ttl);
            room.release();
        } catch (RuntimeException e) {
            if (open.isOver()) {
                room.release();
                leave(open, e);
            } else {
                schedule(open, Math.min(Math.max(FIRST_PAUSE_MILLIS, pauseMillis * 2), LONGEST_PAUSE_MILLIS));
            }
        }
    }

    private static void leave(Case open, RuntimeException why) {
        LOGGER.log(
                Level.WARNING,
                () -> "lock " + open.key.fingerprint() + ": it could not be given back; it frees itself after its ttl",
                why);
    }

    /** Waits a little for what is pending, then ends the thread. What is left frees itself after its ttl. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            executor.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private record Case(LockKey key, LockId id, Ttl ttl, long endsNanos) {
        boolean isOver() {
            return System.nanoTime() - endsNanos >= 0;
        }
    }
}
