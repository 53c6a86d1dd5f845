package io.syncguard;

import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Ttl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock somebody holds. Thread-safe and not bound to a thread: whoever has the handle may extend and release.
 *
 * <p>The handle keeps a monotonic deadline, counted from before the request was sent, and never errs late: once
 * {@link #isHeld()} is false, act as if somebody else had the lock (TIME-5). While it is true, a long pause of the
 * process can still make a write late, so let the resource check the {@link #fence()}.
 */
public final class HeldLock implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(HeldLock.class.getName());

    private final LockBackend backend;
    private final Settler settler;
    private final LockKey key;
    private final LockId id;
    private final FenceToken fence;

    /** Serialises extend and release, so that no extension follows a release. */
    private final ReentrantLock mutation = new ReentrantLock();

    private volatile Lease lease;
    private volatile boolean over;

    HeldLock(
            LockBackend backend,
            Settler settler,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            long startedNanos) {
        this.backend = backend;
        this.settler = settler;
        this.key = key;
        this.id = id;
        this.fence = acquired.fence();
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
        return lease.expiresAt;
    }

    /**
     * Returns how much of the ttl is certainly left, by a monotonic clock counted from before the request; zero once
     * it is over, released, or found to be lost. Never blocks (TIME-5).
     */
    public Duration remaining() {
        return over ? Duration.ZERO : Duration.ofNanos(Math.max(0, lease.leftNanos()));
    }

    /** Returns whether the ttl is certainly not over, and nothing else has ended the lock. Never blocks (TIME-5). */
    public boolean isHeld() {
        return !over && lease.leftNanos() > 0;
    }

    /**
     * Sets the lock's remaining life to a ttl, counted from now: it replaces what is left and never adds (EXT-1).
     * Blocks for one round trip.
     *
     * @param ttl whole milliseconds from 1 ms to 365 days
     * @return true if the lock lives on; false if it was over already, in which case it stays so: somebody else may
     *     hold it
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; any other code if the outcome is unknown
     *     or nothing happened, in which case {@link #isHeld()} goes on counting from the last known success, or from
     *     the failed call where that is earlier, and the call may be repeated
     */
    @CheckReturnValue
    public boolean extend(Duration ttl) {
        Ttl checked = Ttl.of(ttl);
        mutation.lock();
        try {
            if (over) {
                return false;
            }
            long startedNanos = System.nanoTime();
            ExtendResult result = extendOrShorten(checked, startedNanos);
            if (result instanceof Extended extended) {
                lease = new Lease(extended.expiresAt(), checked, startedNanos);
                return true;
            }
            over = true;
            return false;
        } finally {
            mutation.unlock();
        }
    }

    private ExtendResult extendOrShorten(Ttl ttl, long startedNanos) {
        try {
            return backend.extend(id, ttl);
        } catch (LockException e) {
            if (e.isOutcomeUnknown()) {
                // It may have landed, and its ttl may be shorter than what was left.
                lease = lease.noLaterThan(new Lease(lease.expiresAt, ttl, startedNanos));
            }
            throw e;
        }
    }

    /**
     * Gives the lock back. Blocks for one round trip; an interrupt that was pending before the call does not keep the
     * lock from being given back and is pending again afterwards.
     *
     * @return true if this call gave it back; false if it had been given back before or had expired (REL-2)
     * @throws LockException if the system failed; the call may be repeated
     */
    public boolean release() {
        mutation.lock();
        boolean interrupted = Thread.interrupted();
        try {
            if (over) {
                return false;
            }
            ReleaseResult result = backend.release(id);
            over = true;
            return result == ReleaseResult.RELEASED;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            mutation.unlock();
        }
    }

    /**
     * Gives the lock back if that has not happened yet. Blocks like {@link #release()} and never throws: a failure is
     * logged once without raw key or id, and the release is repeated in the background until the lock's ttl is over.
     */
    @Override
    public void close() {
        try {
            if (!over && !release()) {
                LOGGER.log(Level.WARNING, "lock {0}: it had expired before it was given back", key.fingerprint());
            }
        } catch (LockException e) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "lock " + key.fingerprint() + ": giving it back failed and goes on in the background",
                    e);
            Lease last = lease;
            over = true;
            settler.settle(key, id, last.ttl, last.startedNanos);
        }
    }

    /** Returns the fingerprints of key and id and the fence, and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "HeldLock[key=" + key.fingerprint() + ", id=" + id.fingerprint() + ", fence=" + fence + "]";
    }

    /** One promise of the server: until when, and counted from which local moment. */
    private record Lease(Instant expiresAt, Ttl ttl, long startedNanos) {
        long leftNanos() {
            return TimeUnit.MILLISECONDS.toNanos(ttl.millis()) - (System.nanoTime() - startedNanos);
        }

        Lease noLaterThan(Lease other) {
            return other.leftNanos() < leftNanos() ? other : this;
        }
    }
}
