package io.syncguard;

import java.time.Duration;

/**
 * A lock that was acquired through {@link SyncGuard}, with methods that block. Thread-safe and not bound to a thread.
 *
 * <p>Calls of one handle take effect one after another. A call that waits for another one of the same handle ends within the
 * operation timeout all the same, counted from its own start (OPT-2).
 */
public interface HeldLock extends LockHandle, AutoCloseable {

    /**
     * Sets the lock's remaining life to a ttl, counted from now. The ttl replaces what is left and never adds to it (EXT-1). A
     * heartbeat continues with this ttl. Blocks for one round trip.
     *
     * @param ttl whole milliseconds from 1 ms to 365 days
     * @return true if the lock is held; false if it is released or lost, and stays so: another holder may have it
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; another code if nothing happened or the
     *     outcome is unknown. {@link #isHeld()} then counts from the last confirmed success, or from the failed call if
     *     that deadline is earlier. The call may be repeated
     */
    @CheckReturnValue
    boolean extend(Duration ttl);

    /**
     * Releases the lock. Blocks for one round trip. An interrupt that was pending before the call does not prevent the release
     * and is pending again afterwards. Renewal ends before the release and does not start again, even if the release fails. A
     * lock with a {@linkplain LockOptions#withMinHold minimum hold} is left to expire at the end of it.
     *
     * @return true if this call released the lock; false if it was released before or had expired (REL-2)
     * @throws LockException if the system failed. The call may be repeated. If its outcome is unknown, {@link #isHeld()}
     *     is false from then on
     */
    boolean release();

    /**
     * Releases the lock if that has not happened yet. Blocks like {@link #release()} and never throws. A failure goes to the
     * {@link LockListener}, which by default logs it once without raw key or id. The release is then repeated in the background
     * until it succeeds, until five minutes after the lock has ended, or until the guard is closed (HLD-7, ACQ-4).
     */
    @Override
    void close();
}
