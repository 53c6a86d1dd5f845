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
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock somebody holds, taken through {@link SyncGuard}, with methods that block. Thread-safe and not bound to a thread:
 * whoever has the handle may extend and release. {@link LockHandle} says what it knows about itself.
 */
public final class HeldLock extends LockHandle implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(HeldLock.class.getName());

    private final LockBackend backend;
    private final Settler settler;

    /** Serialises extend and release, so that no extension follows a release. */
    private final ReentrantLock mutation = new ReentrantLock();

    HeldLock(
            LockBackend backend,
            Settler settler,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            long startedNanos) {
        super(key, id, acquired, ttl, startedNanos);
        this.backend = backend;
        this.settler = settler;
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
                lease = lease.afterUnknown(ttl, startedNanos);
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
            settler.settle(key, id, last.ttl(), last.startedNanos());
        }
    }
}
