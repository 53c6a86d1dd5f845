package io.syncguard;

import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock somebody holds, taken through {@link SyncGuard}, with methods that block. Thread-safe and not bound to a thread:
 * whoever has the handle may extend and release. {@link LockHandle} says what it knows about itself.
 */
public final class HeldLock extends LockHandle implements AutoCloseable {
    private final LockBackend backend;

    /** Serialises extend and release, so that no extension follows a release. */
    private final ReentrantLock mutation = new ReentrantLock();

    HeldLock(
            GuardContext context,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            Duration minHold,
            long startedNanos) {
        super(context, key, id, acquired, ttl, minHold, startedNanos);
        this.backend = context.backend();
    }

    /**
     * Sets the lock's remaining life to a ttl, counted from now: it replaces what is left and never adds (EXT-1). A
     * heartbeat goes on with this ttl. Blocks for one round trip.
     *
     * @param ttl whole milliseconds from 1 ms to 365 days
     * @return true if the lock lives on; false if it was over or lost already, in which case it stays so: somebody else
     *     may hold it
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; any other code if the outcome is unknown
     *     or nothing happened, in which case {@link #isHeld()} goes on counting from the last known success, or from
     *     the failed call where that is earlier, and the call may be repeated
     */
    @CheckReturnValue
    public boolean extend(Duration ttl) {
        Ttl checked = Ttl.of(ttl);
        mutation.lock();
        try {
            if (isOver()) {
                return false;
            }
            Lease basis = lease();
            long startedNanos = System.nanoTime();
            ExtendResult result = extendOrShorten(checked, startedNanos);
            if (result instanceof Extended extended) {
                extended(basis, new Lease(extended.expiresAt(), checked, startedNanos));
                return !isLost();
            }
            foundGone();
            return false;
        } finally {
            mutation.unlock();
        }
    }

    private ExtendResult extendOrShorten(Ttl ttl, long startedNanos) {
        try {
            return backend.extend(id(), ttl);
        } catch (LockException e) {
            if (e.isOutcomeUnknown()) {
                maybeExtended(ttl, startedNanos);
            }
            throw e;
        }
    }

    /**
     * Gives the lock back. Blocks for one round trip; an interrupt that was pending before the call does not keep the
     * lock from being given back and is pending again afterwards. Renewing ends before, and is not taken up again if the
     * release fails. A lock with a {@linkplain LockOptions#withMinHold minimum hold} is left to expire at its end.
     *
     * @return true if this call gave it back; false if it had been given back before or had expired (REL-2)
     * @throws LockException if the system failed; the call may be repeated
     */
    public boolean release() {
        mutation.lock();
        boolean interrupted = Thread.interrupted();
        try {
            if (isFinished()) {
                return false;
            }
            stopWatching();
            boolean given = leaveOrRelease();
            markReleased(given);
            return given;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            mutation.unlock();
        }
    }

    private boolean leaveOrRelease() {
        Ttl rest = ttlToLeave();
        return rest == null
                ? backend.release(id()) == ReleaseResult.RELEASED
                : backend.extend(id(), rest) instanceof Extended;
    }

    /**
     * Gives the lock back if that has not happened yet. Blocks like {@link #release()} and never throws: a failure is
     * told to the {@link LockListener}, which logs it once without raw key or id, and the release is repeated in the
     * background until the lock's ttl is over.
     */
    @Override
    public void close() {
        closed();
    }

    /**
     * Closes, and returns whether the lock was held to the end: nobody else can have been given it before this call, or
     * before an earlier one that gave it back.
     */
    boolean closed() {
        if (isFinished()) {
            return !isLost();
        }
        boolean lost = isLost();
        try {
            if (release()) {
                return !lost;
            }
            if (!lost) {
                context.tell(to -> to.closedTooLate(keyFingerprint()));
            }
            return false;
        } catch (LockException e) {
            boolean held = isHeld();
            context.tell(to -> to.closeFailed(keyFingerprint(), e));
            settle();
            return held;
        }
    }
}
