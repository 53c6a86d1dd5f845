package io.syncguard;

import io.syncguard.LostLock.Cause;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.Tolerance;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one held lock: renews it, where that was asked for, and tells its holder when it is lost (HLD-1 to HLD-5).
 * Nothing is due at any time but one look, at the next beat or at the deadline. Thread-safe.
 */
final class Watch {
    /** A look that is a little late must not be later than the deadline. */
    private static final long EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long SHORTEST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GuardContext context;
    private final LockHandle handle;
    private final boolean heartbeat;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private @Nullable Runnable atOnce;
    private @Nullable Future<?> next;
    private @Nullable CompletableFuture<ExtendResult> beat;
    private long beatNanos;
    private long dueNanos;

    /** Whether a beat was found due and is not sent yet. */
    private boolean queued;

    /** The ttl of a beat that may have landed, or may still; null once a later one is known to have. */
    private @Nullable Ttl unresolved;

    private boolean stopped;
    private boolean isLost;

    Watch(GuardContext context, LockHandle handle, boolean heartbeat) {
        this.context = context;
        this.handle = handle;
        this.heartbeat = heartbeat;
    }

    /** Returns a stage that is complete when the lock is lost, and never if it is given back. */
    CompletionStage<Void> lost() {
        return lost.minimalCompletionStage();
    }

    /** Sets what is done on the heartbeat's own thread when the lock is lost; it must not block. */
    void atOnce(Runnable action) {
        boolean already;
        synchronized (this) {
            atOnce = action;
            already = isLost;
        }
        if (already) {
            action.run();
        }
    }

    /** Begins to look, unless it is over already. */
    synchronized void begin() {
        if (stopped) {
            return;
        }
        if (handle.isLost()) {
            stopped = true;
            isLost = true;
            lost.complete(null);
        } else if (handle.isOver()) {
            stopped = true;
        } else {
            dueNanos = dueAfter(handle.lease().startedNanos());
            schedule();
        }
    }

    /** Takes note of a new deadline and ttl, which a beat that was not answered can still cut short when it lands. */
    synchronized void extended() {
        if (!stopped) {
            Ttl maybe = unresolved;
            if (maybe != null) {
                handle.maybeExtended(maybe, System.nanoTime());
            }
            dueNanos = dueAfter(handle.lease().startedNanos());
            schedule();
        }
    }

    /**
     * A third of the ttl later, less a little that differs from lock to lock, so that not all beat at once, and at one of a
     * few moments, so that those of many locks go together: a wake-up and a round trip for each costs several times as much.
     */
    private long dueAfter(long startedNanos) {
        long third = ttlNanos() / 3;
        long due = startedNanos + third - ThreadLocalRandom.current().nextLong(third / 10 + 1);
        return due - Math.floorMod(due, Math.min(LONGEST_GATHERING_NANOS, third / 100 + 1));
    }

    /** Of the ttl that the holder wants and the one that counts so far the shorter: the next beat must come within both. */
    private long ttlNanos() {
        return TimeUnit.MILLISECONDS.toNanos(
                Math.min(handle.ttl().millis(), handle.lease().ttl().millis()));
    }

    /** A server that has not answered a beat for so long is asked again. */
    private long patience() {
        return Math.max(ttlNanos() / 6, SHORTEST_PATIENCE_NANOS);
    }

    private long early() {
        return Math.min(EARLY_NANOS, ttlNanos() / 20);
    }

    private void schedule() {
        long leftNanos = handle.lease().leftNanos();
        long now = System.nanoTime();
        long beatIn = beat == null && !queued ? dueNanos - now : beatNanos + patience() - now;
        long lossIn = leftNanos - early();
        lookAfter(Math.max(heartbeat ? Math.min(beatIn, lossIn) : lossIn, 0));
    }

    /** There is one look at most to come. */
    private void lookAfter(long nanos) {
        Future<?> last = next;
        if (last != null) {
            last.cancel(false);
        }
        next = context.heartbeats().after(nanos, this::look);
    }

    private void look() {
        try {
            lookNow();
        } catch (Exception | Error e) {
            goOnAfterFailure();
        }
    }

    /** Nothing ends the looks but the end of the lock. */
    private synchronized void goOnAfterFailure() {
        if (!stopped) {
            dueNanos = System.nanoTime() + retry();
            lookAfter(SHORTEST_RETRY_NANOS);
        }
    }

    private void lookNow() {
        CompletableFuture<ExtendResult> hanging = null;
        synchronized (this) {
            if (stopped) {
                return;
            }
            if (handle.lease().leftNanos() <= early()) {
                loseNow(Cause.DEADLINE);
                freeAfterTolerance();
                return;
            }
            long now = System.nanoTime();
            if (heartbeat && beat == null && !queued && dueNanos - now <= 0) {
                queued = true;
                beatNanos = now;
                context.heartbeats().send(this);
            } else if (beat != null && beatNanos + patience() - now <= 0) {
                hanging = beat;
                unresolved = handle.ttl();
                beat = null;
                dueNanos = now + retry();
            }
            if (!stopped) {
                schedule();
            }
        }
        if (hanging != null) {
            // It may be answered all the same, which counts.
            hanging.cancel(true);
        }
    }

    /**
     * A beat that was not answered may have prolonged, or may still prolong, what nobody holds any more. Not at once: the
     * holder has the tolerance to stop in.
     */
    private void freeAfterTolerance() {
        Ttl maybe = unresolved;
        if (maybe == null && beat != null) {
            maybe = handle.ttl();
        }
        if (maybe != null) {
            Ttl ttl = maybe;
            long startedNanos = beatNanos;
            context.heartbeats().after(TimeUnit.MILLISECONDS.toNanos(Tolerance.MILLIS), () -> context.settler()
                    .settle(handle.key, handle.id(), ttl, startedNanos));
        }
    }

    /** Returns the extension that is to be sent now; null if there is nothing to extend any more. */
    synchronized @Nullable Beat ready() {
        if (stopped) {
            queued = false;
            return null;
        }
        beatNanos = System.nanoTime();
        return new Beat(handle.lease(), handle.ttl(), beatNanos);
    }

    /** An extension on its way. */
    final class Beat {
        private final Lease basis;
        private final Ttl ttl;
        private final long startedNanos;

        private Beat(Lease basis, Ttl ttl, long startedNanos) {
            this.basis = basis;
            this.ttl = ttl;
            this.startedNanos = startedNanos;
        }

        Extension extension() {
            return new Extension(handle.id(), ttl);
        }

        /** It was sent. */
        void sent(CompletableFuture<ExtendResult> call) {
            synchronized (Watch.this) {
                queued = false;
                beat = call;
            }
            call.whenComplete((answer, failure) -> {
                try {
                    beaten(call, basis, ttl, startedNanos, answer);
                } catch (Exception | Error e) {
                    goOnAfterFailure();
                }
            });
        }

        /** It could not be sent. */
        void failed() {
            synchronized (Watch.this) {
                queued = false;
            }
            goOnAfterFailure();
        }
    }

    private void beaten(
            CompletableFuture<ExtendResult> call,
            Lease basis,
            Ttl ttl,
            long startedNanos,
            @Nullable ExtendResult answer) {
        synchronized (this) {
            boolean current = beat == call;
            if (current) {
                beat = null;
            }
            if (stopped) {
                if (answer instanceof Extended && isLost) {
                    // Too late: the holder has been told. Nobody is to wait for a lock that nobody holds.
                    context.settler().settle(handle.key, handle.id(), ttl, startedNanos);
                }
                return;
            }
            if (answer instanceof Extended extended) {
                unresolved = current ? null : unresolved;
                handle.renewed(basis, new Lease(extended.expiresAt(), ttl, startedNanos));
                dueNanos = dueAfter(startedNanos);
            } else if (answer != null) {
                loseNow(Cause.ABSENT);
                return;
            } else {
                unresolved = ttl;
                handle.maybeExtended(ttl, startedNanos);
                if (current) {
                    dueNanos = System.nanoTime() + retry();
                }
            }
            schedule();
        }
    }

    private long retry() {
        return Math.max(SHORTEST_RETRY_NANOS, Math.min(LONGEST_RETRY_NANOS, ttlNanos() / 30));
    }

    /** Ends the looks: no extension is sent and no loss is told once this has returned. */
    void stop() {
        boolean mayBeSending;
        synchronized (this) {
            mayBeSending = queued;
            stopNow();
        }
        if (mayBeSending) {
            context.heartbeats().awaitSending();
        }
    }

    private void stopNow() {
        stopped = true;
        Future<?> last = next;
        if (last != null) {
            last.cancel(false);
        }
    }

    /** Tells of a loss that became known otherwise. */
    synchronized void lose(Cause cause) {
        if (!stopped) {
            loseNow(cause);
        }
    }

    private void loseNow(Cause cause) {
        stopNow();
        isLost = true;
        handle.markLost(cause);
        Runnable action = atOnce;
        if (action != null) {
            action.run();
        }
        context.heartbeats().tell(() -> lost.complete(null));
    }
}
