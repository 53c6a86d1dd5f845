package io.syncguard.firestore;

import io.syncguard.CheckReturnValue;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an acquire relates to the processes that wait.
 *
 * @param waiters those of this process that wait for the lock, which the attempt is for; null for an attempt that does not wait
 */
record AttemptMode(@Nullable LockWaiters waiters) {
    /** Longer than all turns after a release. A process that waited would have come. */
    private static final Duration ALL_TURNS = Duration.ofSeconds(3);

    static final AttemptMode WITHOUT_WAITING = new AttemptMode(null);

    boolean isWaiting() {
        return waiters != null;
    }

    /** Returns whether the attempt must read the queue of a lock that was released to waiters, to know when it is its turn. */
    boolean needsQueue() {
        return waiters != null && !waiters.knowsQueue();
    }

    /** Takes note of the queue as it was read. */
    void read(WaitQueue queue) {
        if (waiters != null) {
            waiters.read(queue);
        }
    }

    /**
     * Returns when it is the turn of this process to acquire a lock that was released to waiters. Long ago for an attempt that does not
     * wait.
     */
    @CheckReturnValue
    long turnMillis(LockDocument released, long now) {
        return waiters == null ? 0 : waiters.turnMillis(released, now);
    }

    /** Returns the processes that the acquire serves: this one, and those before it that did not come. */
    Set<String> served() {
        return waiters == null ? Set.of() : waiters.served();
    }

    /** Returns whether the acquire has to remove names from the queue. */
    boolean mustTell(boolean awaited) {
        return waiters != null && (awaited || waiters.mayBeQueued());
    }

    /** Says whether the commit that is about to be sent tells the queue, and with that removes this process's name. */
    void tells(boolean queue) {
        if (waiters != null) {
            waiters.tells(queue);
        }
    }

    /**
     * Returns whether others may wait for the lock once this attempt has acquired it.
     *
     * @param free the lock's document; empty if there is none
     */
    boolean isAwaitedAfter(Optional<LockDocument> free, long now) {
        if (waiters != null) {
            return waiters.othersWait();
        }
        return free.isPresent()
                && free.get().awaited()
                && (!free.get().isReleased() || now - free.get().releasedAtMillis() < ALL_TURNS.toMillis());
    }

    /** Called when another process holds the lock. */
    void taken(LockDocument lock, ServerTime time) {
        if (waiters != null) {
            waiters.taken(lock, time);
        }
    }

    /** Called when others were faster again and again. */
    void overtaken(Optional<LockDocument> lock, ServerTime time) {
        if (waiters != null) {
            waiters.overtaken(lock, time);
        }
    }

    /** Called when the lock is free and left to others. */
    void leftToOthers(ServerTime time) {
        if (waiters != null) {
            waiters.leftToOthers(time);
        }
    }
}
