package io.syncguard;

import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.Tolerance;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives back, in the background, what an operation of unknown outcome may have left on the server (ACQ-4): acquires
 * whose reply never came, and releases that failed when nobody was left to repeat them.
 *
 * <p>Each case is tried at once and then with growing pauses, until it succeeds or the lock has ended by itself. All are
 * tried side by side, on no thread of the settler's own. Thread-safe.
 */
final class Settler implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Settler.class.getName());
    private static final int MOST_PENDING = 10_000;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 3;

    private final AsyncLockBackend backend;
    private final Semaphore room = new Semaphore(MOST_PENDING);
    private final Set<Case> pausing = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Settler(AsyncLockBackend backend) {
        this.backend = backend;
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
        tryNow(new Case(key, id, ttl, startedNanos));
    }

    private void tryNow(Case open) {
        backend.abandon(open.key, open.id, open.ttl).whenComplete((done, failure) -> {
            if (failure == null) {
                room.release();
            } else if (closed || open.isOver()) {
                leave(open, failure);
            } else {
                tryLater(open, failure);
            }
        });
    }

    private void tryLater(Case open, Throwable failure) {
        Pause pause = new Pause(() -> {
            if (pausing.remove(open)) {
                tryNow(open);
            }
        });
        open.pause = pause;
        pausing.add(open);
        pause.start(open.nextPauseNanos());
        if (closed) {
            leavePausing(open, failure);
        }
    }

    private void leavePausing(Case open, @Nullable Throwable why) {
        if (pausing.remove(open)) {
            Pause pause = open.pause;
            if (pause != null) {
                pause.cancel(false);
            }
            leave(open, why);
        }
    }

    private void leave(Case open, @Nullable Throwable why) {
        room.release();
        LOGGER.log(
                Level.WARNING,
                () -> "lock " + open.key.fingerprint() + ": it could not be given back; it frees itself after its ttl",
                why);
    }

    /** Waits a little for what is pending. What is left then frees itself after its ttl. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            if (room.tryAcquire(MOST_PENDING, CLOSE_SECONDS, TimeUnit.SECONDS)) {
                room.release(MOST_PENDING);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        closed = true;
        pausing.forEach(open -> leavePausing(open, null));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One id to be freed. */
    private static final class Case {
        private final LockKey key;
        private final LockId id;
        private final Ttl ttl;
        private final long endsNanos;
        private long pauseMillis = FIRST_PAUSE_MILLIS / 2;
        private volatile @Nullable Pause pause;

        Case(LockKey key, LockId id, Ttl ttl, long startedNanos) {
            this.key = key;
            this.id = id;
            this.ttl = ttl;
            this.endsNanos = startedNanos + TimeUnit.MILLISECONDS.toNanos(Tolerance.freeAtMillis(ttl.millis()));
        }

        boolean isOver() {
            return System.nanoTime() - endsNanos >= 0;
        }

        long nextPauseNanos() {
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
            return TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        }
    }
}
