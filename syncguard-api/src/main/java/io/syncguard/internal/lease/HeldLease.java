package io.syncguard.internal.lease;

import io.syncguard.FenceToken;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LostLock;
import io.syncguard.LostLock.Cause;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of one held lock: until when it is certainly held, and whether it was lost or released. Sends nothing but the
 * release when the guard closes. Thread-safe; callers cannot reach its monitor.
 */
public final class HeldLease {
    /** A request that was not answered is taken to be gone after this time. */
    private static final long LATEST_LANDING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private enum State {
        HELD,
        /** A release was not answered: the lock may be gone. */
        UNCERTAIN,
        /** The holder was told of the loss. The server may still have the lock. */
        LOST,
        /** The server has nothing left of it, and not because this holder released it in time. */
        GONE,
        RELEASED
    }

    private final LeaseServices services;
    private final BackendCall.Acquire request;
    private final FenceToken fence;
    private final boolean mayBeReleasedEarly;
    private final long holdUntilNanos;

    /** The ttl that the holder asked for last. */
    private volatile Ttl ttl;

    private volatile Lease lease;
    private volatile State state = State.HELD;
    private volatile @Nullable LeaseKeeper keeper;

    /** The longest and the shortest ttl of extensions of unknown outcome, and when the last was sent; null if there was none. */
    private @Nullable Unanswered unanswered;

    private boolean closedUnderHolder;
    private volatile boolean heldUntilRelease;

    private record Unanswered(Ttl longest, Ttl shortest, Moment sent) {
        Unanswered and(Ttl asked, Moment askedAt) {
            return new Unanswered(
                    asked.millis() > longest.millis() ? asked : longest,
                    asked.millis() < shortest.millis() ? asked : shortest,
                    askedAt);
        }

        boolean mayStillLand() {
            return sent.elapsedNanos() < LATEST_LANDING_NANOS;
        }

        boolean mayBeHeld() {
            return sent.elapsedNanos() - LATEST_LANDING_NANOS
                    < TimeUnit.MILLISECONDS.toNanos(Tolerance.freeAtMillis(longest.millis()));
        }
    }

    private HeldLease(
            LeaseServices services, BackendCall.Acquire request, Acquired acquired, Duration minHold, Moment started) {
        this.services = services;
        this.request = request;
        this.fence = acquired.fence();
        this.holdUntilNanos = minHold.isZero() ? 0 : System.nanoTime() + minHold.toNanos();
        this.mayBeReleasedEarly = minHold.isZero();
        this.ttl = request.ttl();
        this.lease = new Lease(acquired.expiresAt(), ttl, started);
    }

    /** Returns the lease of a lock that was just granted. The guard knows of it from here on. */
    public static HeldLease begin(
            LeaseServices services,
            BackendCall.Acquire request,
            Acquired acquired,
            Duration minHold,
            boolean heartbeat,
            Moment started) {
        HeldLease held = new HeldLease(services, request, acquired, minHold, started);
        services.registry().add(held);
        if (heartbeat) {
            LeaseKeeper keeper = new LeaseKeeper(services, held, true);
            held.keeper = keeper;
            keeper.begin();
        }
        return held;
    }

    LockKey key() {
        return request.key();
    }

    LockId id() {
        return request.id();
    }

    FenceToken fence() {
        return fence;
    }

    Lease lease() {
        return lease;
    }

    Ttl ttl() {
        return ttl;
    }

    /** Returns how long the lock is certainly held; zero or less if it is not. */
    long leftNanos() {
        if (state != State.HELD) {
            return 0;
        }
        Lease current = lease;
        long left = current.leftNanos();
        if (left > 0 && !current.started().clocksAgree(services.wallClock())) {
            LeaseKeeper beating = keeper;
            if (beating != null) {
                beating.askServer();
            }
            return 0;
        }
        return left;
    }

    /** Returns whether there is nothing to extend: the lock is lost, or a release of it was sent. */
    boolean isOver() {
        return state != State.HELD;
    }

    boolean isLost() {
        return state == State.LOST || state == State.GONE;
    }

    boolean isReleased() {
        return state == State.RELEASED;
    }

    /** Returns whether there is nothing left to release. */
    boolean isFinished() {
        return state == State.RELEASED || state == State.GONE;
    }

    /** Returns whether the lock ended so long ago that the server has forgotten it as well. */
    synchronized boolean isForgotten() {
        return lease.leftNanos() < -TimeUnit.MILLISECONDS.toNanos(Tolerance.MILLIS)
                && (unanswered == null || !unanswered.mayBeHeld());
    }

    /** Returns what tells of a loss and watches for it from now on. */
    LeaseKeeper watched() {
        LeaseKeeper known = keeper;
        if (known == null) {
            synchronized (this) {
                known = keeper;
                if (known == null) {
                    known = new LeaseKeeper(services, this, false);
                    keeper = known;
                    known.begin();
                }
            }
        }
        return known;
    }

    /** Returns an extension that is about to be sent; null if there is nothing to extend. */
    @Nullable
    PendingExtension beginExtension(Ttl asked) {
        return isOver() ? null : new PendingExtension(this, lease, asked, services.now());
    }

    /**
     * Takes note of a confirmed extension. If two overlapped, the one that promises less counts: which one the server did last
     * is not known. One that was not answered may land after it, and cut it short.
     */
    void renewed(PendingExtension extension, Lease renewed) {
        synchronized (this) {
            Lease counted = unanswered != null && unanswered.mayStillLand()
                    ? renewed.orShorter(unanswered.shortest, services.now())
                    : renewed;
            if (lease.equals(extension.basis()) || counted.leftNanos() < lease.leftNanos()) {
                lease = counted;
            }
        }
    }

    /** Takes note of a confirmed extension that the holder asked for, and returns whether the lock is held. */
    boolean extended(PendingExtension extension, Lease extended) {
        boolean tooLate;
        synchronized (this) {
            ttl = extended.ttl();
            renewed(extension, extended);
            LeaseKeeper known = keeper;
            if (known != null) {
                known.leaseChanged();
            }
            tooLate = state == State.HELD && lease.leftNanos() <= 0;
        }
        if (tooLate) {
            // Nobody is to wait for what it has prolonged.
            maybeExtended(extended.ttl(), extended.started());
            watched().deadlinePassed();
        } else if (state == State.LOST) {
            releaseOrphan(extended.ttl(), extended.started());
        }
        return leftNanos() > 0;
    }

    /** Takes note of an extension of unknown outcome, which can only bring the end nearer. */
    synchronized void maybeExtended(Ttl asked, Moment started) {
        lease = lease.orShorter(asked, started);
        unanswered = unanswered == null ? new Unanswered(asked, asked, started) : unanswered.and(asked, started);
    }

    /** Returns the ttl of extensions that may still prolong what nobody holds; null if there are none. */
    synchronized @Nullable Ttl unanswered() {
        return unanswered == null ? null : unanswered.longest;
    }

    /**
     * Marks the lock as lost, unless it is lost or released already.
     *
     * @return whether the holder is to be told
     */
    boolean markLost(Cause cause) {
        synchronized (this) {
            closedUnderHolder |= cause == Cause.CLOSED;
            if (state != State.HELD) {
                if (state == State.LOST && cause == Cause.ABSENT) {
                    state = State.GONE;
                }
                return false;
            }
            state = cause == Cause.ABSENT ? State.GONE : State.LOST;
        }
        if (cause == Cause.ABSENT) {
            services.registry().remove(this);
        }
        if (services.events() != null) {
            services.tell(to -> to.lockLost(new LostLock(key().fingerprint(), id().fingerprint(), fence, cause)));
        }
        return true;
    }

    /** Takes note that the server has nothing left of the lock. */
    void foundGone() {
        LeaseKeeper known = keeper;
        if (known != null) {
            known.lose(Cause.ABSENT);
        }
        markLost(Cause.ABSENT);
    }

    /**
     * Returns the request that releases the lock, after renewal has ended. A lock that is to be held longer is left to expire
     * (HLD-8); the tolerance goes off its time.
     */
    BackendCall<?> beginRelease() {
        heldUntilRelease = leftNanos() > 0;
        LeaseKeeper known = keeper;
        if (known != null) {
            known.stop();
        }
        Ttl rest = ttlToLeave();
        return rest == null ? new BackendCall.Release(id()) : new BackendCall.Extend(id(), rest);
    }

    private @Nullable Ttl ttlToLeave() {
        long leftNanos = holdUntilNanos - System.nanoTime();
        return mayBeReleasedEarly || leftNanos <= 0
                ? null
                : new Ttl(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1 - Tolerance.MILLIS));
    }

    /** Takes note of the answer to the request of {@link #beginRelease()}. */
    ReleaseOutcome released(@Nullable Object answer) {
        boolean found = answer == ReleaseResult.RELEASED || answer instanceof Extended;
        ReleaseOutcome outcome;
        synchronized (this) {
            boolean lostBefore = isLost();
            // A release that finds the lock proves that it was held to the end, past its deadline too (HLD-6).
            state = found && !closedUnderHolder ? State.RELEASED : State.GONE;
            outcome =
                    found ? ReleaseOutcome.RELEASED : lostBefore ? ReleaseOutcome.LOST_BEFORE : ReleaseOutcome.EXPIRED;
        }
        services.registry().remove(this);
        return outcome;
    }

    /** Takes note that a release failed: unless it is known to have done nothing, the lock is no longer certainly held. */
    synchronized void releaseFailed(LockException failure) {
        if (failure.isOutcomeUnknown() && state == State.HELD) {
            state = State.UNCERTAIN;
        }
    }

    /**
     * Takes note that closing failed: the release is repeated in the background.
     *
     * @return whether the lock was held to the end
     */
    boolean closeFailed(LockException failure) {
        boolean held = !isLost() && (heldUntilRelease || leftNanos() > 0);
        services.tell(to -> to.closeFailed(key().fingerprint(), failure));
        if (ttlToLeave() == null) {
            releaseOrphan(lease.ttl(), lease.started());
        }
        stop();
        synchronized (this) {
            state = held ? State.RELEASED : State.GONE;
        }
        services.registry().remove(this);
        return held;
    }

    private void stop() {
        LeaseKeeper known = keeper;
        if (known != null) {
            known.stop();
        }
    }

    /** Has the background free whatever the id holds; its acquisition is not wanted any more. */
    public void discard() {
        stop();
        synchronized (this) {
            state = State.RELEASED;
        }
        services.registry().remove(this);
        releaseOrphan(lease.ttl(), lease.started());
    }

    /** Has the background free what an extension may have prolonged. */
    void releaseOrphan(Ttl asked, Moment started) {
        services.registry().remove(this);
        services.orphans().release(key(), id(), asked, started);
    }

    /** Releases the lock because the guard is being closed, and tells its holder. */
    CompletableFuture<?> releaseForClosing() {
        if (isFinished()) {
            return CompletableFuture.completedFuture(null);
        }
        LeaseKeeper known = keeper;
        if (known != null) {
            known.lose(Cause.CLOSED);
        }
        markLost(Cause.CLOSED);
        BackendCall<?> call = beginRelease();
        return services.backend().send(call, Origin.CALLER).whenComplete((answer, thrown) -> {
            if (thrown == null) {
                released(answer);
            } else {
                LockException failure = BackendCaller.failure(call, thrown);
                services.tell(to -> to.closeFailed(key().fingerprint(), failure));
            }
        });
    }
}
