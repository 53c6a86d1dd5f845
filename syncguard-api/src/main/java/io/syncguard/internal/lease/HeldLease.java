package io.syncguard.internal.lease;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent.Ending;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import io.syncguard.LockOptions;
import io.syncguard.LostLock.Cause;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.observe.HeldSubject;
import io.syncguard.internal.observe.RunningHold;
import io.syncguard.internal.observe.RunningOperation;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The state of one held lock: until when it is certainly held, and whether it was lost or released. Sends nothing but the
 * release when the guard closes. Also the sequence of the lock's operations, to be one object per lock. Thread-safe: the state
 * changes atomically, the lease under a monitor that callers cannot reach.
 */
public final class HeldLease extends OperationSequence implements HeldSubject {
    private enum State {
        HELD,
        /** A release is under way or was not answered: the lock may be gone. */
        UNCERTAIN,
        /** The holder was told of the loss. The server may still have the lock. */
        LOST,
        /** The server has nothing left of it, and not because this holder released it in time. */
        GONE,
        RELEASED
    }

    private static final AtomicReferenceFieldUpdater<HeldLease, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HeldLease.class, State.class, "state");

    private final LeaseServices services;
    private final BackendCall.Acquire request;
    private final FenceToken fence;
    private final LockOptions options;

    /** When the request that was granted was sent. */
    private final Moment begun;

    /** The end of the minimum hold; null if there is none. */
    private volatile @Nullable Long holdUntilNanos;

    /** The ttl that the holder asked for last. */
    private volatile Ttl ttl;

    private volatile Lease lease;
    private volatile State state = State.HELD;
    private volatile @Nullable LeaseKeeper keeper;

    /** Null if nobody wants to know how the lock ends. Set before others see this lease. */
    private @Nullable RunningHold observed;

    private volatile boolean heldUntilRelease;

    /** Whether a release of unknown outcome was sent. */
    private volatile boolean releaseUnknown;

    /** Complete once the release of the closing guard has ended, or nobody waits for it any more; null until it is sent. */
    private volatile @Nullable CompletableFuture<Void> closing;

    private HeldLease(
            LeaseServices services,
            BackendCall.Acquire request,
            Acquired acquired,
            LockOptions options,
            Moment started) {
        this.services = services;
        this.request = request;
        this.fence = acquired.fence();
        this.options = options;
        this.begun = started;
        this.holdUntilNanos = holdUntil(services, options.minHold());
        this.ttl = request.ttl();
        this.lease = new Lease(acquired.expiresAt(), ttl, started);
    }

    /**
     * Returns the lease of a lock that was just granted. The guard knows of it from here on.
     *
     * @param acquire is told of the grant; null if nobody wants to know
     */
    public static HeldLease begin(
            LeaseServices services,
            BackendCall.Acquire request,
            Acquired acquired,
            LockOptions options,
            Moment started,
            @Nullable RunningOperation acquire) {
        HeldLease held = new HeldLease(services, request, acquired, options, started);
        held.observed = acquire == null ? null : acquire.granted(held, held.fence);
        if (held.observed == null) {
            services.registry().add(held);
        } else {
            services.registry().addObserved(held, services.threads());
        }
        if (options.heartbeat()) {
            LeaseKeeper keeper = new LeaseKeeper(services, held, true);
            held.keeper = keeper;
            keeper.begin();
        }
        return held;
    }

    /** Returns what is told of work under the lock; null if nobody wants to know. */
    @Nullable
    RunningHold observed() {
        return observed;
    }

    private void endObserved(Ending ending) {
        if (observed != null) {
            observed.end(ending);
        }
    }

    /** Tells elsewhere: this thread may have the monitor, or be one that heartbeats need. */
    private void endObservedInBackground(Ending ending, @Nullable Cause cause) {
        if (observed != null) {
            observed.endInBackground(ending, cause);
        }
    }

    LeaseServices services() {
        return services;
    }

    @Override
    public LockKey key() {
        return request.key();
    }

    @Override
    public LockId id() {
        return request.id();
    }

    @Override
    public @Nullable String name() {
        return options.name().orElse(null);
    }

    @Override
    public long heldNanos() {
        return begun.elapsedNanos();
    }

    /** Returns what stands for the lock in what the listener is told. */
    LockLabel label() {
        return services.teller().label(key(), name());
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
        if (left > 0 && !services.clocks().agreeSince(current.started())) {
            LeaseKeeper beating = keeper;
            if (beating != null) {
                beating.askServer();
            }
            return 0;
        }
        return left;
    }

    /** Changes the state, and returns whether it was the one that was expected. */
    private boolean become(State next, State expected) {
        return STATE.compareAndSet(this, expected, next);
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
        LeaseKeeper known = keeper;
        return lease.leftNanos() < -TimeUnit.MILLISECONDS.toNanos(Tolerance.MILLIS)
                && (known == null || !known.mayBeHeld());
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

    /**
     * Returns an extension that is about to be sent; null if there is nothing to extend. From here on the shorter one of the two
     * leases counts, because nobody knows when the extension takes effect.
     */
    synchronized @Nullable PendingExtension beginExtension(Ttl asked) {
        if (!isOver() && lease.leftNanos() <= 0) {
            watched().deadlinePassed();
        }
        if (isOver()) {
            return null;
        }
        Moment now = services.clocks().now();
        Lease basis = lease;
        lease = basis.orShorter(asked, now);
        return new PendingExtension(this, basis, lease, asked, now);
    }

    /** Takes note of an extension that is known to have done nothing. */
    synchronized void notExtended(PendingExtension extension) {
        if (lease.equals(extension.counted())) {
            lease = extension.basis();
        }
    }

    /**
     * Takes note of a confirmed extension. If two overlapped, the one that promises less counts: which one the server did last
     * is not known. One that was not answered may land after it, and cut it short. One that is confirmed after the deadline, or
     * after its own ttl, is too late: the lock is lost, and what was prolonged is freed.
     */
    synchronized void renewed(PendingExtension extension, Lease renewed) {
        if (state == State.HELD && (lease.leftNanos() <= 0 || renewed.leftNanos() <= 0)) {
            maybeExtended(renewed.ttl(), renewed.started());
            watched().deadlinePassed();
            return;
        }
        LeaseKeeper known = keeper;
        Ttl mayLand = known == null ? null : known.mayStillLand();
        Lease counted = mayLand == null
                ? renewed
                : renewed.orShorter(mayLand, services.clocks().now());
        if (lease.equals(extension.counted()) || counted.leftNanos() < lease.leftNanos()) {
            lease = counted;
        }
    }

    /** Takes note of a confirmed extension that the holder asked for, and returns whether the lock is held. */
    boolean extended(PendingExtension extension, Lease extended) {
        boolean lostBefore;
        synchronized (this) {
            lostBefore = state == State.LOST;
            ttl = extended.ttl();
            renewed(extension, extended);
            LeaseKeeper known = keeper;
            if (known != null) {
                known.leaseChanged();
            }
        }
        if (lostBefore) {
            // Otherwise others would wait for a lock that nobody holds.
            releaseOrphan(extended.ttl(), extended.started());
        }
        return leftNanos() > 0;
    }

    /** Takes note of an extension of unknown outcome, which can only bring the end nearer. */
    void maybeExtended(Ttl asked, Moment started) {
        synchronized (this) {
            lease = lease.orShorter(asked, started);
            watched().mayLand(asked, started);
        }
    }

    /**
     * Marks the lock as lost, unless it is lost or released already.
     *
     * @return whether the holder is to be told
     */
    boolean markLost(Cause cause) {
        boolean absent = cause == Cause.ABSENT;
        if (!become(absent ? State.GONE : State.LOST, State.HELD)) {
            if (absent && become(State.GONE, State.LOST)) {
                services.registry().remove(this);
            }
            return false;
        }
        if (absent) {
            services.registry().remove(this);
        }
        services.teller().lost(this, fence, cause);
        endObservedInBackground(Ending.LOST, cause);
        return true;
    }

    /** Takes note that the server has nothing left of the lock. */
    void foundGone() {
        watched().lose(Cause.ABSENT);
        markLost(Cause.ABSENT);
    }

    /**
     * Ends renewal, because the lock is about to be released.
     *
     * @return the ttl with which to leave the lock to expire, because it is to be held longer (HLD-8); null to release it
     */
    @Nullable
    Ttl beginRelease() {
        boolean held = lease.leftNanos() > 0;
        stop();
        if (become(State.UNCERTAIN, State.HELD)) {
            heldUntilRelease = held;
        }
        return ttlToLeave();
    }

    /** Returns the request that releases the lock, or leaves it to expire. */
    BackendCall<?> releaseCall(@Nullable Ttl rest) {
        return rest == null ? new BackendCall.Release(this) : new BackendCall.LeaveToExpire(this, rest);
    }

    /** Returns the ttl until the end of the minimum hold. The tolerance goes off it. */
    private @Nullable Ttl ttlToLeave() {
        long leftNanos = leftToHoldNanos();
        return leftNanos <= 0
                ? null
                : new Ttl(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1 - Tolerance.MILLIS));
    }

    private long leftToHoldNanos() {
        Long until = holdUntilNanos;
        return until == null ? 0 : until - services.clocks().nanoTime();
    }

    private static @Nullable Long holdUntil(LeaseServices services, Duration minHold) {
        return minHold.isZero() ? null : services.clocks().nanoTime() + minHold.toNanos();
    }

    /** Sets the minimum hold, counted from now. */
    void holdAtLeast(Duration minHold) {
        holdUntilNanos = holdUntil(services, minHold);
    }

    private static boolean isFound(@Nullable Object answer) {
        return answer == ReleaseResult.RELEASED || answer instanceof Extended;
    }

    /**
     * Returns what to wait for before the holder's release means anything: that of the closing guard is under way, and may be why
     * nothing was found. Null if there is no such thing. It ends within the close timeout.
     */
    @Nullable
    CompletableFuture<Void> mayHaveReleased(@Nullable Object answer) {
        CompletableFuture<Void> sent = closing;
        return sent == null || sent.isDone() || isFound(answer) ? null : sent;
    }

    /** Takes note of the answer to the request by which the holder released the lock. */
    ReleaseOutcome released(@Nullable Object answer) {
        return released(answer, true);
    }

    private ReleaseOutcome released(@Nullable Object answer, boolean byHolder) {
        boolean found = isFound(answer);
        State before;
        boolean toTheEnd;
        do {
            before = state;
            if (before == State.RELEASED) {
                return found ? ReleaseOutcome.RELEASED : ReleaseOutcome.RELEASED_BEFORE;
            }
            // A release that finds the lock proves that it was held to the end, past its deadline too (HLD-6).
            toTheEnd = found && (byHolder || before == State.UNCERTAIN);
        } while (!become(toTheEnd ? State.RELEASED : State.GONE, before));
        boolean lostBefore = before == State.LOST || before == State.GONE;
        ReleaseOutcome outcome =
                found ? ReleaseOutcome.RELEASED : lostBefore ? ReleaseOutcome.LOST_BEFORE : ReleaseOutcome.EXPIRED;
        LeaseKeeper known = keeper;
        if (answer instanceof Extended && known != null && known.mayBeExtending()) {
            // A beat that lands now would keep the lock for a whole ttl.
            releaseAfterHold();
        } else {
            services.registry().remove(this);
        }
        endObserved(toTheEnd ? Ending.RELEASED : Ending.ENDED_BEFORE);
        // Nothing found after a release that was not answered: it may have been that one. Closing may meet the holder's
        // release.
        boolean gone = byHolder ? outcome == ReleaseOutcome.EXPIRED && !releaseUnknown : found && !isReleased();
        if (known != null && gone) {
            known.tellGone();
        }
        return outcome;
    }

    /** Takes note that a release failed. The lock is certainly held again only if nothing happened. */
    void releaseFailed(LockException failure) {
        if (failure.isOutcomeUnknown()) {
            releaseUnknown = true;
            return;
        }
        boolean heldAgain = become(State.HELD, State.UNCERTAIN);
        LeaseKeeper known = keeper;
        if (heldAgain && known != null) {
            known.watchDeadlineOnly();
        }
    }

    /**
     * Takes note that closing failed: the release is repeated in the background.
     *
     * @return whether the lock was held to the end
     */
    boolean closeFailed(LockException failure) {
        boolean clocksAgree = services.clocks().agreeSince(lease.started());
        boolean held = !isLost() && ((heldUntilRelease && clocksAgree) || leftNanos() > 0);
        services.tell(to -> to.closeFailed(label(), failure));
        stop();
        state = held ? State.RELEASED : State.GONE;
        releaseAfterHold();
        endObserved(Ending.RELEASE_FAILED);
        LeaseKeeper known = keeper;
        if (known != null && !held) {
            known.tellGone();
        }
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
        // Otherwise the closing guard releases it, or it was lost.
        if (become(State.RELEASED, State.HELD)) {
            stop();
            releaseRemains();
            endObserved(Ending.RELEASED);
        }
    }

    /** Takes note that nobody released the lock before the server forgot it. */
    void forgotten() {
        endObservedInBackground(Ending.FORGOTTEN, null);
    }

    /** Has the background free the lock at the end of its minimum hold. */
    private void releaseAfterHold() {
        long leftNanos = leftToHoldNanos();
        if (leftNanos <= 0) {
            releaseRemains();
        } else {
            services.registry().remove(this);
            services.threads().after(leftNanos, this::releaseRemains);
        }
    }

    private void releaseRemains() {
        LeaseKeeper known = keeper;
        Lease last = known == null ? lease : known.longest(lease);
        releaseOrphan(last.ttl(), last.started());
    }

    /** Has the background free what an extension may have prolonged. */
    void releaseOrphan(Ttl asked, Moment started) {
        // In this order: a closing guard looks at the one, and then at the other.
        services.orphans().release(key(), id(), name(), asked, started);
        services.registry().remove(this);
    }

    /** Releases the lock because the guard is being closed, and tells its holder. */
    CompletableFuture<?> releaseForClosing() {
        watched().lose(Cause.CLOSED);
        markLost(Cause.CLOSED);
        if (isFinished()) {
            return CompletableFuture.completedFuture(null);
        }
        BackendCall<?> call = releaseCall(beginRelease());
        // Set before it is sent: what the holder's release finds meanwhile may be its work.
        closing = new CompletableFuture<>();
        CompletableFuture<?> sent = services.backend().send(call, Origin.CALLER).whenComplete((answer, thrown) -> {
            LockException failure = BackendCaller.failure(call, answer, thrown);
            if (failure == null) {
                released(answer, false);
            } else {
                services.tell(to -> to.closeFailed(label(), failure));
            }
        });
        sent.whenComplete((answer, thrown) -> closingEnded());
        return sent;
    }

    /** Takes note that nobody waits for the release of the closing guard any more. */
    void closingEnded() {
        CompletableFuture<Void> known = closing;
        if (known != null) {
            known.complete(null);
        }
    }
}
