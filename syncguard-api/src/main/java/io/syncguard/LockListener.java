package io.syncguard;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Receives what a {@link SyncGuard} reports: the end of every operation, every loss, and every failed release. Set by
 * {@link GuardOptions#withListener}.
 *
 * <p>The guard calls a listener on one thread of its own, one call at a time, some time after the event. A listener can
 * neither slow nor fail an operation, and need not be thread-safe (TEL-2). An exception that it throws is logged and otherwise
 * ignored. A listener that falls more than ten thousand events behind misses some, and learns how many. Without a listener
 * nothing is measured, and only what must not go unseen is logged.
 *
 * <p>What it receives has fingerprints in place of ids, and of keys unless {@link GuardOptions#withKeysShown} is set (KEY-8).
 */
public interface LockListener {
    /** The listener of a guard that was given none: it logs losses and failed releases. */
    LockListener LOGGING = new LockListener() {};

    /** An operation has ended, well or not (TEL-1). Does nothing by default. */
    default void operationEnded(LockEvent event) {}

    /** A lock was lost while it was held (HLD-4). Logs one line at level {@code WARNING} by default. */
    default void lockLost(LostLock lost) {
        String found =
                switch (lost.cause()) {
                    case DEADLINE ->
                        "its ttl was over and no renewal was confirmed; without a heartbeat, use one or a longer ttl; with one, see"
                                + " whether the server could be reached";
                    case ABSENT -> "the server no longer has it, because it expired or was deleted there";
                    case CLOSED -> "its guard was closed under it, so end the work before closing the guard";
                };
        logger().log(
                        Level.WARNING,
                        "lock {0} was lost after {1} ms: {2}. Another holder may have it, so stop the work or let the resource check"
                                + " the fencing token {3}",
                        lost.lock(),
                        Long.toString(lost.heldFor().toMillis()),
                        found,
                        lost.fence());
    }

    /**
     * A release failed in a {@code close()}, which does not throw. It is repeated in the background as
     * {@link HeldLock#close()} says. Logs one line at level {@code WARNING} by default.
     */
    default void closeFailed(LockLabel lock, LockException failure) {
        logger().log(
                        Level.WARNING,
                        "lock " + lock
                                + ": its release failed and is repeated in the background; if that fails too, the key stays locked until the lock expires",
                        failure);
    }

    /**
     * A lock had ended before {@code close()} released it: its ttl was too short for the work, or the server lost it. Logs one line at
     * level {@code WARNING} by default.
     */
    default void closedTooLate(LockLabel lock) {
        logger().log(
                        Level.WARNING,
                        "lock {0} had ended before it was released, and another holder may have had it: its ttl was too short, or the"
                                + " server lost it. Use a heartbeat or a longer ttl",
                        lock);
    }

    /** The listener was too slow for this many events, which are dropped. Does nothing by default. */
    default void eventsDropped(long count) {}

    private static Logger logger() {
        return System.getLogger(SyncGuard.class.getName());
    }
}
