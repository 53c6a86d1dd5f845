package io.syncguard;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that was acquired through {@link AsyncGuard}. No method blocks. Thread-safe and not bound to a thread.
 *
 * <p>Extensions and releases take effect in the order of the calls: each is sent once the one before it is answered or given
 * up, so no extension follows a release. Each future completes within the operation timeout, counted from its own call (OPT-2).
 * Cancelling a future ends its call immediately and does not change the order of the others. Whether a cancelled call took
 * effect is unknown; it may be repeated.
 */
public interface AsyncHeldLock extends LockHandle {

    /**
     * Sets the lock's remaining life to a ttl, counted from now. The ttl replaces what is left and never adds to it (EXT-1). A
     * heartbeat continues with this ttl.
     *
     * @param ttl whole milliseconds from 1 ms to 365 days
     * @return a future of true if the lock is held, and of false if it is released or lost, and stays so: another holder
     *     may have it. It fails with a {@link LockException}: {@code INVALID_ARGUMENT} before anything happens; another
     *     code if nothing happened or the outcome is unknown. {@link #isHeld()} then counts from the last confirmed
     *     success, or from the failed call if that deadline is earlier. The call may be repeated
     */
    @CheckReturnValue
    CompletableFuture<Boolean> extend(Duration ttl);

    /**
     * Releases the lock. Renewal ends before the release and does not start again, even if the release fails. A lock with a
     * {@linkplain LockOptions#withMinHold minimum hold} is left to expire at the end of it.
     *
     * @return a future of true if this call released the lock, and of false if it was released before or had expired
     *     (REL-2). It fails with a {@link LockException} if the system failed. The call may be repeated. If its outcome is
     *     unknown, {@link #isHeld()} is false from then on
     */
    CompletableFuture<Boolean> release();

    /**
     * Releases the lock if that has not happened yet.
     *
     * @return a future that completes when that is done, and never fails. A failure goes to the {@link LockListener}, which by
     *     default logs it once without raw key or id. The release is then repeated in the background until it succeeds, until
     *     five minutes after the lock has ended, or until the guard is closed (HLD-7, ACQ-4)
     */
    CompletableFuture<Void> close();
}
