package io.syncguard.firestore;

import io.syncguard.CheckReturnValue;
import java.time.Duration;
import java.util.Optional;
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

    /**
     * Called when the attempt has acquired the lock.
     *
     * @param wasAwaited whether its document said that processes wait
     */
    void acquired(LockDocument lock, boolean wasAwaited) {
        if (waiters != null) {
            waiters.acquired(lock, wasAwaited);
        }
    }

    /**
     * Returns how many others may wait for the lock once this attempt has acquired it.
     *
     * @param free the lock's document; empty if there is none
     */
    int waitingAfter(Optional<LockDocument> free, long now) {
        int before = free.map(LockDocument::waiting).orElse(0);
        if (waiters != null) {
            return waiters.others(before);
        }
        boolean nobodyCame = free.isPresent()
                && free.get().isReleased()
                && now - free.get().releasedAtMillis() >= ALL_TURNS.toMillis();
        return nobodyCame ? 0 : before;
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
    void leftToOthers(LockDocument free, ServerTime time) {
        if (waiters != null) {
            waiters.leftToOthers(free, time);
        }
    }
}
