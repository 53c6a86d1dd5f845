package io.syncguard;

import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.Ttl;
import java.time.Duration;
import java.time.Instant;

/**
 * What there is to know about a lock somebody holds, whichever view it was taken through. Thread-safe and not bound to a
 * thread: whoever has the handle may extend and release. No method of this class blocks.
 *
 * <p>The handle keeps a monotonic deadline, counted from before the request was sent, and never errs late: once
 * {@link #isHeld()} is false, act as if somebody else had the lock (TIME-5). While it is true, a long pause of the
 * process can still make a write late, so let the resource check the {@link #fence()}.
 */
public abstract sealed class LockHandle permits HeldLock, AsyncHeldLock {
    final LockKey key;
    final LockId id;
    volatile Lease lease;
    volatile boolean over;

    private final FenceToken fence;

    LockHandle(LockKey key, LockId id, Acquired acquired, Ttl ttl, long startedNanos) {
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
        return lease.expiresAt();
    }

    /**
     * Returns how much of the ttl is certainly left, by a monotonic clock counted from before the request; zero once
     * it is over, released, or found to be lost (TIME-5).
     */
    public Duration remaining() {
        return over ? Duration.ZERO : Duration.ofNanos(Math.max(0, lease.leftNanos()));
    }

    /** Returns whether the ttl is certainly not over, and nothing else has ended the lock (TIME-5). */
    public boolean isHeld() {
        return !over && lease.leftNanos() > 0;
    }

    /** Returns the fingerprints of key and id and the fence, and no raw value (KEY-8). */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[key=" + key.fingerprint() + ", id=" + id.fingerprint() + ", fence="
                + fence + "]";
    }
}
