package io.syncguard.internal.lease;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.Tolerance;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Releases, in the background, what an operation of unknown outcome may have left on the server (ACQ-4): acquires and
 * extensions that were not answered, and releases that failed when no caller was left to repeat them.
 *
 * <p>Each orphan is abandoned immediately, and again after growing pauses until that succeeds, or until some minutes after the lock
 * would have expired: a server that hangs does what it was sent once it goes on. Orphans do not wait for each other. Thread-safe.
 */
public final class OrphanReleaser implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(OrphanReleaser.class.getName());
    private static final int MOST_PENDING = 10_000;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_LATE_PAUSE_MILLIS = 3_000;

    /** A server that hangs does what it was sent when it goes on. It is asked for so long beyond the end of the lock. */
    private static final Duration LATEST_LANDING = Duration.ofMinutes(5);

    private static final long CLOSE_SECONDS = 3;

    private final BackendCaller backend;
    private final GuardThreads threads;
    private final Duration latestLanding;
    private final Semaphore room = new Semaphore(MOST_PENDING);
    private final Set<Orphan> pausing = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean fullLogged = new AtomicBoolean();
    private volatile boolean closed;

    public OrphanReleaser(BackendCaller backend, GuardThreads threads) {
        this(backend, threads, LATEST_LANDING);
    }

    /** Creates one that asks for another time beyond the end of the lock. */
    OrphanReleaser(BackendCaller backend, GuardThreads threads, Duration latestLanding) {
        this.backend = backend;
        this.threads = threads;
        this.latestLanding = latestLanding;
    }

    /**
     * Ensures that an id soon holds nothing. Returns immediately.
     *
     * @param name the lock's name for people; null if it has none
     * @param ttl the longest ttl that the lock may have
     * @param started when the operation was sent
     */
    public void release(LockKey key, LockId id, @Nullable String name, Ttl ttl, Moment started) {
        BackendCall.Abandon call = new BackendCall.Abandon(key, id, name, ttl);
        if (!room.tryAcquire()) {
            noRoomFor(call);
            return;
        }
        tryNow(new Orphan(call, started));
    }

    /** In an outage there may be thousands, which say no more than the first. */
    private void noRoomFor(BackendCall.Abandon call) {
        if (fullLogged.compareAndSet(false, true)) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "lock " + call.described() + ": " + MOST_PENDING
                            + " operations of unknown outcome are being settled, and there is no room for this one. "
                            + blockedFor(call.ttl())
                            + ". The same is not logged of others until half of these are settled");
        }
    }

    private void settled() {
        room.release();
        if (fullLogged.get() && room.availablePermits() > MOST_PENDING / 2) {
            fullLogged.set(false);
        }
    }

    private void tryNow(Orphan orphan) {
        backend.send(orphan.call, Origin.SETTLER).whenComplete((done, failure) -> {
            if (failure == null) {
                settled();
            } else if (closed || orphan.isOverFor(latestLanding)) {
                giveUp(orphan, failure);
            } else {
                tryLater(orphan, failure);
            }
        });
    }

    private void tryLater(Orphan orphan, Throwable failure) {
        pausing.add(orphan);
        orphan.pause = threads.after(orphan.nextPauseNanos(), () -> {
            if (pausing.remove(orphan)) {
                tryNow(orphan);
            }
        });
        if (closed) {
            giveUpPausing(orphan, failure);
        }
    }

    private void giveUpPausing(Orphan orphan, @Nullable Throwable why) {
        if (pausing.remove(orphan)) {
            Future<?> pause = orphan.pause;
            if (pause != null) {
                pause.cancel(false);
            }
            giveUp(orphan, why);
        }
    }

    private void giveUp(Orphan orphan, @Nullable Throwable why) {
        settled();
        LOGGER.log(
                Level.WARNING,
                () -> "lock " + orphan.call.described() + ": it could not be released. "
                        + blockedFor(orphan.call.ttl()),
                why);
    }

    private static String blockedFor(Ttl ttl) {
        return "Its key may stay locked for " + Tolerance.freeAtMillis(ttl.millis())
                + " ms. See whether the server can be reached";
    }

    /** Waits up to 3 s for what is pending. What is left then expires after its ttl. */
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
        pausing.forEach(orphan -> giveUpPausing(orphan, null));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One id to be freed. */
    private static final class Orphan {
        private final BackendCall.Abandon call;
        private final Moment started;
        private long pauseMillis = FIRST_PAUSE_MILLIS / 2;
        private volatile @Nullable Future<?> pause;

        Orphan(BackendCall.Abandon call, Moment started) {
            this.call = call;
            this.started = started;
        }

        /** Returns whether the lock would have ended by itself so long ago, if it had been taken when the request was sent. */
        boolean isOverFor(Duration time) {
            return started.elapsedNanos() - time.toNanos()
                    >= TimeUnit.MILLISECONDS.toNanos(
                            Tolerance.freeAtMillis(call.ttl().millis()));
        }

        long nextPauseNanos() {
            long longest = isOverFor(Duration.ZERO) ? LONGEST_LATE_PAUSE_MILLIS : LONGEST_PAUSE_MILLIS;
            pauseMillis = Math.min(pauseMillis * 2, longest);
            return TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        }
    }
}
