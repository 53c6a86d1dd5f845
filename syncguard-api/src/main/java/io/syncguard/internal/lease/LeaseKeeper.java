package io.syncguard.internal.lease;

import io.syncguard.LockException;
import io.syncguard.LostLock.Cause;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Tolerance;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one held lock: renews it, where that was asked for, and tells its holder when it is lost (HLD-1 to HLD-5). One
 * look is scheduled at a time, for the next beat or the deadline. Shares the monitor of its lease. Thread-safe.
 */
final class LeaseKeeper {
    private static final Logger LOGGER = System.getLogger(LeaseKeeper.class.getName());

    /** A look that is a little late must not be later than the deadline. */
    private static final long EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long SHORTEST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_SENDING_MILLIS = 1_000;

    /** A request that was not answered is taken to be gone after this time. */
    private static final long LATEST_LANDING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private enum Sending {
        NO,
        /** Found due. */
        DUE,
        /** Being handed to the backend. */
        UNDER_WAY
    }

    private final LeaseServices services;
    private final HeldLease held;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final CompletionStage<Void> lostStage = lost.minimalCompletionStage();
    private final List<Runnable> callbacks = new ArrayList<>(1);
    private @Nullable Runnable immediate;

    /** Whether the lock is renewed; not any more once a release was tried. */
    private boolean heartbeat;

    private @Nullable Future<?> next;
    private @Nullable CompletableFuture<ExtendResult> beat;
    private @Nullable PendingExtension beatSent;
    private Sending sending = Sending.NO;
    private long beatNanos;
    private long dueNanos;
    private boolean stopped;
    private boolean told;
    private @Nullable Unanswered unanswered;

    /** Extensions of unknown outcome: the longest and the shortest ttl, and when the last one was sent. */
    private record Unanswered(Ttl longest, Ttl shortest, Moment sent) {
        Unanswered and(Ttl asked, Moment askedAt) {
            return new Unanswered(
                    asked.millis() > longest.millis() ? asked : longest,
                    asked.millis() < shortest.millis() ? asked : shortest,
                    askedAt.nanos() - sent.nanos() > 0 ? askedAt : sent);
        }
    }

    LeaseKeeper(LeaseServices services, HeldLease held, boolean heartbeat) {
        this.services = services;
        this.held = held;
        this.heartbeat = heartbeat;
    }

    /** Begins to look, unless the lock is over already. */
    void begin() {
        synchronized (held) {
            if (held.isLost()) {
                stopped = true;
                told = true;
                lost.complete(null);
            } else if (held.isOver()) {
                stopped = true;
            } else {
                beatNanos = held.lease().started().nanos();
                dueNanos = dueAfter(beatNanos);
                schedule();
                if (next == null) {
                    // After the guard's close there is no look.
                    deadlinePassed();
                }
            }
        }
    }

    /** Returns a stage that completes when the lock is lost. */
    CompletionStage<Void> lost() {
        return lostStage;
    }

    /** Runs a callback when the lock is lost, immediately if it is lost already; never on the calling thread. */
    void onLost(Runnable callback) {
        Runnable guarded = () -> {
            try {
                callback.run();
            } catch (Exception | Error e) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "lock " + held.described()
                                + ": a callback for its loss threw an exception; if it was to stop the work, the work goes on",
                        e);
            }
        };
        synchronized (held) {
            if (!told) {
                callbacks.add(guarded);
                return;
            }
        }
        tell(guarded);
    }

    /** Sets what is done at once when the lock is lost, on whichever thread finds that; it must not block. */
    void immediately(Runnable action) {
        synchronized (held) {
            if (!told) {
                immediate = action;
                return;
            }
        }
        action.run();
    }

    /** Takes note of an extension of unknown outcome. What it may have prolonged is freed at the deadline. */
    void mayLand(Ttl asked, Moment sent) {
        synchronized (held) {
            unanswered = unanswered == null ? new Unanswered(asked, asked, sent) : unanswered.and(asked, sent);
        }
    }

    /** Returns the shortest ttl that an extension may still set when it lands; null if there is none. */
    @Nullable
    Ttl mayStillLand() {
        synchronized (held) {
            Ttl shortest = unanswered != null && unanswered.sent.elapsedNanos() < LATEST_LANDING_NANOS
                    ? unanswered.shortest
                    : null;
            Ttl sent = beatIsUnderWay() && beatSent != null ? beatSent.ttl() : null;
            return shortest == null || (sent != null && sent.millis() < shortest.millis()) ? sent : shortest;
        }
    }

    /** Returns whether a beat is on its way, or an extension was not answered. */
    boolean mayBeExtending() {
        synchronized (held) {
            return beatIsUnderWay() || unanswered != null;
        }
    }

    private boolean beatIsUnderWay() {
        return beat != null || sending == Sending.UNDER_WAY;
    }

    /** Returns a lease or, if that ends later, the one that an extension of unknown outcome may have set. */
    Lease longest(Lease known) {
        synchronized (held) {
            Lease longest = known;
            if (unanswered != null) {
                Lease other = new Lease(known.expiresAt(), unanswered.longest, unanswered.sent);
                longest = other.leftNanos() > longest.leftNanos() ? other : longest;
            }
            if (beatIsUnderWay() && beatSent != null) {
                Lease other = new Lease(known.expiresAt(), beatSent.ttl(), beatSent.started());
                longest = other.leftNanos() > longest.leftNanos() ? other : longest;
            }
            return longest;
        }
    }

    /** Returns whether an extension of unknown outcome may keep the lock on the server. */
    boolean mayBeHeld() {
        synchronized (held) {
            return unanswered != null
                    && unanswered.sent.elapsedNanos() - LATEST_LANDING_NANOS
                            < TimeUnit.MILLISECONDS.toNanos(Tolerance.freeAtMillis(unanswered.longest.millis()));
        }
    }

    /** Takes note of a new deadline and ttl. */
    void leaseChanged() {
        synchronized (held) {
            if (!stopped) {
                dueNanos = dueAfter(held.lease().started().nanos());
                schedule();
            }
        }
    }

    /** Has a lock with a heartbeat confirmed by the server now, because the local clocks disagree (TIME-7). */
    void askServer() {
        synchronized (held) {
            long now = now();
            boolean waits = beat == null && sending == Sending.NO;
            if (heartbeat && !stopped && waits && dueNanos - now > 0 && now - beatNanos >= retry()) {
                dueNanos = now;
                lookAt(now);
            }
        }
    }

    /**
     * Returns when the next beat is due: a third of the ttl later, less a little that differs from lock to lock, so that not all
     * beat at once, and at one of a few moments, so that those that do can be sent together.
     */
    private long dueAfter(long startedNanos) {
        long third = ttlNanos() / 3;
        long due = startedNanos + third - ThreadLocalRandom.current().nextLong(third / 10 + 1);
        return due - Math.floorMod(due, Math.min(LONGEST_GATHERING_NANOS, third / 100 + 1));
    }

    /** Returns the shorter of the ttl that the holder wants and the one that counts so far: a beat must come within both. */
    private long ttlNanos() {
        return TimeUnit.MILLISECONDS.toNanos(
                Math.min(held.ttl().millis(), held.lease().ttl().millis()));
    }

    /** Returns for how long an answer to a beat is awaited before the server is asked again. */
    private long patience() {
        return Math.max(ttlNanos() / 6, SHORTEST_PATIENCE_NANOS);
    }

    private long early() {
        return Math.min(EARLY_NANOS, ttlNanos() / 20);
    }

    private long retry() {
        return Math.max(SHORTEST_RETRY_NANOS, Math.min(LONGEST_RETRY_NANOS, ttlNanos() / 30));
    }

    private long now() {
        return services.clocks().nanoTime();
    }

    private void schedule() {
        boolean waits = beat == null && sending == Sending.NO;
        long beatAt = waits ? dueNanos : beatNanos + patience();
        long lossAt = held.lease().endNanos() - early();
        lookAt(heartbeat && beatAt - lossAt < 0 ? beatAt : lossAt);
    }

    private void lookAt(long moment) {
        Future<?> last = next;
        if (last != null) {
            last.cancel(false);
        }
        next = services.threads().onTimerAt(moment, this::look);
    }

    private void look() {
        try {
            lookNow();
        } catch (Exception | Error e) {
            continueAfterFailure();
        }
    }

    /** Nothing ends the looks but the end of the lock. */
    private void continueAfterFailure() {
        synchronized (held) {
            if (!stopped) {
                long now = now();
                dueNanos = now + retry();
                lookAt(now + SHORTEST_RETRY_NANOS);
            }
        }
    }

    private void lookNow() {
        CompletableFuture<ExtendResult> hanging = null;
        synchronized (held) {
            if (stopped) {
                return;
            }
            if (held.lease().leftNanos() > early()) {
                long now = now();
                if (heartbeat && beat == null && sending == Sending.NO && dueNanos - now <= 0) {
                    sending = Sending.DUE;
                    beatNanos = now;
                    services.beats().send(this);
                } else if (beat != null && beatNanos + patience() - now <= 0) {
                    hanging = beat;
                    beat = null;
                    if (beatSent != null) {
                        held.maybeExtended(beatSent.ttl(), beatSent.started());
                    }
                    dueNanos = now + retry();
                }
                schedule();
            }
        }
        if (hanging != null) {
            // It may be answered all the same, which counts.
            hanging.cancel(true);
        } else {
            deadlinePassed();
        }
    }

    /** If the deadline has passed, tells the holder, and frees later what an extension may have prolonged. */
    void deadlinePassed() {
        synchronized (held) {
            if (stopped || held.lease().leftNanos() > early()) {
                return;
            }
            Lease last = longest(held.lease());
            boolean maybe = mayBeExtending();
            lose(Cause.DEADLINE);
            if (maybe) {
                // Not immediately: the holder has the tolerance to stop in.
                services.threads().after(TimeUnit.MILLISECONDS.toNanos(Tolerance.MILLIS), () -> {
                    if (!held.isFinished()) {
                        held.releaseOrphan(last.ttl(), last.started());
                    }
                });
            }
        }
    }

    /** Returns the beat that is to be sent now; null if there is nothing to extend any more. */
    @Nullable
    Beat takeBeat() {
        synchronized (held) {
            sending = Sending.NO;
            long lateNanos = now() - dueNanos;
            PendingExtension extension = stopped ? null : held.beginExtension(held.ttl());
            if (extension == null) {
                return null;
            }
            if (lateNanos > patience()) {
                services.observers().heartbeatLate(held, lateNanos);
            }
            sending = Sending.UNDER_WAY;
            beatSent = extension;
            beatNanos = extension.started().nanos();
            return new Beat(extension);
        }
    }

    /** A beat on its way. */
    final class Beat {
        private final PendingExtension pending;

        private Beat(PendingExtension pending) {
            this.pending = pending;
        }

        BackendCall.Extend call() {
            return new BackendCall.Extend(held, pending.ttl());
        }

        /** Takes note that the backend has it. */
        void sent(CompletableFuture<ExtendResult> call) {
            synchronized (held) {
                sending = Sending.NO;
                beat = call;
                held.notifyAll();
            }
        }

        /** Takes note of the answer when it comes. */
        void awaits(CompletableFuture<ExtendResult> call) {
            call.whenComplete((answer, thrown) -> {
                try {
                    answered(call, pending, answer, BackendCaller.failure(call(), answer, thrown));
                } catch (Exception | Error e) {
                    continueAfterFailure();
                }
            });
        }
    }

    private void answered(
            CompletableFuture<ExtendResult> call,
            PendingExtension pending,
            @Nullable ExtendResult answer,
            @Nullable LockException failure) {
        boolean free = false;
        synchronized (held) {
            boolean current = beat == call;
            if (current) {
                beat = null;
            }
            if (stopped) {
                // The holder has been told. Otherwise others would wait for a lock that nobody holds.
                free = answer instanceof Extended && held.isLost() && !held.isFinished();
            } else if (answer instanceof Extended extended) {
                held.renewed(pending, pending.granted(extended));
                if (!stopped) {
                    dueNanos = dueAfter(pending.started().nanos());
                    schedule();
                }
            } else if (failure == null) {
                lose(Cause.ABSENT);
            } else {
                if (failure.isOutcomeUnknown()) {
                    held.maybeExtended(pending.ttl(), pending.started());
                } else {
                    held.notExtended(pending);
                }
                if (current) {
                    dueNanos = now() + retry();
                }
                schedule();
            }
        }
        if (free) {
            held.releaseOrphan(pending.ttl(), pending.started());
        }
    }

    /** Ends the looks. Once this has returned, no extension is sent, and no loss is told that the release does not find. */
    void stop() {
        boolean interrupted = false;
        synchronized (held) {
            stopNow();
            long waitedSince = System.nanoTime();
            long longest = TimeUnit.MILLISECONDS.toNanos(LONGEST_SENDING_MILLIS);
            while (sending == Sending.UNDER_WAY && System.nanoTime() - waitedSince < longest) {
                try {
                    // Handing a beat to the backend does not block.
                    held.wait(LONGEST_SENDING_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Watches for the deadline again, after a release that did nothing. Renewal does not start again (HLD-3). */
    void watchDeadlineOnly() {
        synchronized (held) {
            if (stopped && !told) {
                stopped = false;
                heartbeat = false;
                schedule();
            }
        }
    }

    private void stopNow() {
        stopped = true;
        Future<?> last = next;
        if (last != null) {
            last.cancel(false);
        }
    }

    /** Tells the holder of a loss, unless looking has ended. Runs nothing of the application's. */
    void lose(Cause cause) {
        synchronized (held) {
            if (stopped) {
                return;
            }
            stopNow();
            held.markLost(cause);
            tellHolder();
        }
    }

    /** Tells the holder that its release came too late, unless it was told before. */
    void tellGone() {
        synchronized (held) {
            if (!told) {
                tellHolder();
            }
        }
    }

    private void tellHolder() {
        told = true;
        if (immediate != null) {
            immediate.run();
        }
        callbacks.forEach(this::tell);
        tell(() -> lost.complete(null));
    }

    /** Each on a thread of its own, and none once the lock was released after all (HLD-4). */
    private void tell(Runnable notice) {
        services.threads().deliver(() -> {
            if (!held.isReleased()) {
                notice.run();
            }
        });
    }
}
