package io.syncguard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a holder knows about its lock, in both views. Thread-safe and not bound to a thread: any thread that has the handle may
 * extend and release. No method of this interface blocks.
 *
 * <p>The handle keeps a monotonic deadline, counted from before the request was sent, and never errs late: once
 * {@link #isHeld()} is false, act as if another holder had the lock (TIME-5). Even while it is true, a long pause of the
 * process can make a write late, so let the resource check the {@link #fence()}.
 */
public interface LockHandle {

    /** Returns the 24 hex digits that stand for the key in logs (KEY-8). */
    String keyFingerprint();

    /** Returns the {@linkplain LockOptions#withName name} of the lock; empty if it has none. */
    Optional<String> name();

    /** Returns the lock id: a capability to release and extend the lock from anywhere. Never log its raw value. */
    LockId id();

    /** Returns the fencing token of this acquisition. Send it with every write to the protected resource. */
    FenceToken fence();

    /** Returns when the ttl ends by the server's clock. Do not compare it with a local clock. */
    Instant expiresAt();

    /**
     * Returns how much of the ttl is certainly left, by a monotonic clock counted from before the request (TIME-5). Returns
     * zero when {@link #isHeld()} is false.
     */
    Duration remaining();

    /**
     * Returns whether the lock is certainly held: its ttl is not over, nothing else has ended it, and no release of it was left
     * unanswered (TIME-5). Returns false while the wall clock and the monotonic clock have drifted apart by more than a second,
     * as they do when the machine was suspended, until the server has confirmed the lock (TIME-7).
     */
    boolean isHeld();

    /**
     * Returns a stage that completes when the lock is lost: the server says that it is gone, its deadline has passed without a
     * confirmed extension, or the guard is closed under it. The stage completes once, by the deadline at the latest, whether or
     * not the server can be reached, and well before another holder can be granted the lock. It never completes for a lock that
     * was released before (HLD-4). Dependent stages run on a thread that may be blocked.
     *
     * <p>A process that stalls learns of the loss late, when another holder may already have the lock. Only the
     * {@link #fence()} protects the resource then.
     */
    CompletionStage<Void> lost();

    /**
     * Runs a callback when the lock is lost, as {@link #lost()} says; immediately if it is lost already. Each callback runs on a
     * thread of its own, which it may block. An exception that it throws is logged.
     */
    void onLost(Runnable callback);

    /**
     * Sets the {@linkplain LockOptions#withMinHold minimum hold} anew, counted from now. A lock that is released earlier stays locked until
     * then, and up to a second longer (HLD-8). Replaces what was set before; zero removes it. A later extension leaves it as it is. Has no
     * effect on a lock that is released or lost.
     *
     * @param minHold at most the ttl that was last asked for, when the lock was acquired or extended
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or longer than that; nothing changes then
     */
    void holdAtLeast(Duration minHold);
}
