package io.syncguard.firestore;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an acquire relates to the processes that wait.
 *
 * @param waiters those of this process that wait for the lock, which the attempt is for; null for an attempt that does not wait
 * @param holdsBack whether it leaves a lock alone that this process has released in favour of a waiter elsewhere (WAI-3)
 */
record AttemptMode(@Nullable LockWaiters waiters, boolean holdsBack) {
    static final AttemptMode WITHOUT_WAITING = new AttemptMode(null, false);

    boolean isWaiting() {
        return waiters != null;
    }

    /** Returns the released document that woke the waiter. */
    Optional<KnownLocks.Written> heardFree() {
        return waiters == null ? Optional.empty() : waiters.takeHeardFree();
    }

    /** Called when another process holds the lock. */
    void taken(LockDocument lock, ServerTime time) {
        if (waiters != null) {
            waiters.taken(lock, time);
        }
    }

    /** Called when the lock is free and left to others. */
    void leftToOthers(Optional<LockDocument> lock, ServerTime time) {
        if (waiters != null && lock.isPresent()) {
            waiters.leftToOthers(lock.get(), time);
        }
    }
}
