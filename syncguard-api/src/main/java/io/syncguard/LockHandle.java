package io.syncguard;

import io.syncguard.LostLock.Cause;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about a lock somebody holds, whichever view it was taken through. Thread-safe and not bound to a
 * thread: whoever has the handle may extend and release. No method of this class blocks.
 *
 * <p>The handle keeps a monotonic deadline, counted from before the request was sent, and never errs late: once
 * {@link #isHeld()} is false, act as if somebody else had the lock (TIME-5). While it is true, a long pause of the
 * process can still make a write late, so let the resource check the {@link #fence()}.
 */
public abstract sealed class LockHandle permits HeldLock, AsyncHeldLock {
    private static final Logger LOGGER = System.getLogger(LockHandle.class.getName());

    final GuardContext context;
    final LockKey key;

    private final LockId id;
    private final FenceToken fence;
    private final Duration minHold;
    private final long grantedNanos;
    private volatile Lease lease;
    private volatile Ttl ttl;
    private volatile State state = State.HELD;
    private volatile @Nullable Watch watch;

    private enum State {
        HELD,
        /** Its holder has been told that it is lost; what is left on the server may still be given back. */
        LOST,
        /** Its holder has been told, and the server has nothing left of it. */
        GONE,
        RELEASED
    }

    LockHandle(
            GuardContext context,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            Duration minHold,
            long startedNanos) {
        this.context = context;
        this.key = key;
        this.id = id;
        this.fence = acquired.fence();
        this.minHold = minHold;
        this.grantedNanos = minHold.isZero() ? 0 : System.nanoTime();
        this.ttl = ttl;
        this.lease = new Lease(acquired.expiresAt(), ttl, startedNanos);
    }

    /** Returns the 24 hex digits that stand for the key in logs (KEY-8). */
    public String keyFingerprint() {
        return key.fingerprint();
    }

    /** Returns the lock id: a capability to release and extend the lock from anywhere. Never log its raw value. */
    public LockId id() {
        return id;
    }

    /** Returns the fencing token of this acquisition, to go with every write to the protected resource. */
    public FenceToken fence() {
        return fence;
    }

    /** Returns when the ttl ends by the server's clock, which a local clock must not be compared with. */
    public Instant expiresAt() {
        return lease.expiresAt();
    }

    /**
     * Returns how much of the ttl is certainly left, by a monotonic clock counted from before the request; zero once
     * it is over, released, or found to be lost (TIME-5).
     */
    public Duration remaining() {
        return state == State.HELD ? Duration.ofNanos(Math.max(0, lease.leftNanos())) : Duration.ZERO;
    }

    /** Returns whether the ttl is certainly not over, and nothing else has ended the lock (TIME-5). */
    public boolean isHeld() {
        return state == State.HELD && lease.leftNanos() > 0;
    }

    /**
     * Returns a stage that is complete when the lock is lost: when the server says that it is gone, when its ttl is over
     * by the local monotonic clock and no extension has been confirmed, or when the guard is closed under it. It is
     * complete once, no later than that deadline, whether or not the server can be reached, well before anybody else can
     * be given the lock. It never is for a lock that was given back (HLD-4). What depends on it runs on a thread that may
     * be blocked.
     *
     * <p>A process that stalls hears of it late, when somebody else may already have the lock: only the {@link #fence()}
     * protects what it writes then.
     */
    public CompletionStage<Void> lost() {
        return watched().lost();
    }

    /**
     * Runs a callback when the lock is lost, as {@link #lost()} says; at once if it is already. What it throws is logged.
     */
    public void onLost(Runnable callback) {
        Objects.requireNonNull(callback, "callback");
        lost().thenRun(() -> {
            try {
                callback.run();
            } catch (Exception | Error e) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "lock " + key.fingerprint() + ": what was to be done on its loss failed",
                        e);
            }
        });
    }

    /** Returns the fingerprints of key and id and the fence, and no raw value (KEY-8). */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[key=" + key.fingerprint() + ", id=" + id.fingerprint() + ", fence="
                + fence + "]";
    }

    /** Lets the guard know of the lock, and begins to renew it if that was asked for. */
    final void begin(boolean heartbeat) {
        context.heldLocks().add(this);
        if (heartbeat) {
            Watch renewing = new Watch(context, this, true);
            watch = renewing;
            renewing.begin();
        }
    }

    /** Returns what tells of a loss, which it begins to look for. */
    final Watch watched() {
        Watch known = watch;
        if (known == null) {
            Watch created = new Watch(context, this, false);
            synchronized (this) {
                known = watch;
                if (known == null) {
                    watch = created;
                }
            }
            if (known == null) {
                // Not under this monitor: a watch takes its own first, and then this one.
                created.begin();
                known = created;
            }
        }
        return known;
    }

    final Lease lease() {
        return lease;
    }

    /** Returns the ttl that the holder asked for last. */
    final Ttl ttl() {
        return ttl;
    }

    /** Takes note of an extension. If two overlapped, the one that promises less counts: which came last is not known. */
    final synchronized void renewed(Lease basis, Lease renewed) {
        if (lease.equals(basis) || renewed.leftNanos() < lease.leftNanos()) {
            lease = renewed;
        }
    }

    /** Takes note of an extension that the holder asked for. */
    final void extended(Lease basis, Lease extended) {
        ttl = extended.ttl();
        renewed(basis, extended);
        Watch known = watch;
        if (known != null) {
            known.extended();
        }
    }

    final synchronized void maybeExtended(Ttl asked, long askedNanos) {
        lease = lease.afterUnknown(asked, askedNanos);
    }

    final boolean isLost() {
        return state == State.LOST || state == State.GONE;
    }

    /** Returns whether there is nothing left to extend: it was given back, or its holder was told that it is lost. */
    final boolean isOver() {
        return state != State.HELD;
    }

    /** Returns whether there is nothing left to give back. */
    final boolean isFinished() {
        return state == State.RELEASED || state == State.GONE;
    }

    /** Returns whether it ended so long ago that the server has forgotten it as well. */
    final boolean isLongOver() {
        return lease.leftNanos() < -TimeUnit.MILLISECONDS.toNanos(Tolerance.MILLIS);
    }

    /** Takes note that the holder is being told, and tells the listener. Once. */
    final void markLost(Cause cause) {
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            state = cause == Cause.ABSENT ? State.GONE : State.LOST;
        }
        if (cause == Cause.ABSENT) {
            context.heldLocks().remove(this);
        }
        if (context.events() != null) {
            context.tell(to -> to.lockLost(new LostLock(key.fingerprint(), id.fingerprint(), fence, cause)));
        }
    }

    private void lose(Cause cause) {
        Watch known = watch;
        if (known != null) {
            known.lose(cause);
        }
        markLost(cause);
    }

    /** Takes note that the server has nothing left of it, which its holder did not know. */
    final void foundGone() {
        lose(Cause.ABSENT);
        state = State.GONE;
        context.heldLocks().remove(this);
    }

    /** Ends renewing and telling of a loss, before the lock is given back. */
    final void stopWatching() {
        Watch known = watch;
        if (known != null) {
            known.stop();
        }
    }

    /**
     * Takes note that there is nothing left to give back.
     *
     * @param given whether there was until now
     */
    final void markReleased(boolean given) {
        synchronized (this) {
            state = isLost() || !given ? State.GONE : State.RELEASED;
        }
        stopWatching();
        context.heldLocks().remove(this);
    }

    /**
     * Returns with what ttl the lock is to be left to expire instead of being given back, because it is to be held
     * longer; null if it is not. The tolerance goes off it: the key is free at the end of that time, or up to a second
     * later.
     */
    final @Nullable Ttl ttlToLeave() {
        if (minHold.isZero()) {
            return null;
        }
        long leftNanos = minHold.toNanos() - (System.nanoTime() - grantedNanos);
        if (leftNanos <= 0) {
            return null;
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1;
        return new Ttl(Math.max(1, leftMillis - Tolerance.MILLIS));
    }

    /** Gives the lock back because the guard is being closed; its holder is told. */
    final CompletableFuture<Boolean> giveBackForClosing() {
        if (isFinished()) {
            return CompletableFuture.completedFuture(false);
        }
        lose(Cause.CLOSED);
        return leaveOrRelease(context.backend().async()).whenComplete((given, failure) -> {
            if (failure == null) {
                markReleased(given);
            } else {
                context.tell(to -> to.closeFailed(key.fingerprint(), LockFuture.unwrapped(failure)));
            }
        });
    }

    /** Has the background give it back after that failed; a lock that is to be held longer expires instead. */
    final void settle() {
        if (ttlToLeave() == null) {
            Lease last = lease;
            context.settler().settle(key, id, last.ttl(), last.startedNanos());
        }
        markReleased(true);
    }

    /** Returns a future of whether there was something to give back. */
    final CompletableFuture<Boolean> leaveOrRelease(AsyncLockBackend backend) {
        Ttl rest = ttlToLeave();
        return rest == null
                ? backend.release(id).thenApply(result -> result == ReleaseResult.RELEASED)
                : backend.extend(id, rest).thenApply(result -> result instanceof ExtendResult.Extended);
    }
}
