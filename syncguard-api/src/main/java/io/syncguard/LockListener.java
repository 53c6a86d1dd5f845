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
 * nothing is measured or collected.
 *
 * <p>Events carry fingerprints in place of keys and ids (KEY-8).
 */
public interface LockListener {
    /** The listener of a guard that was given none. */
    LockListener LOGGING = new LockListener() {};

    /** An operation has ended, well or not (TEL-1). Does nothing by default. */
    default void operationEnded(LockEvent event) {}

    /** A lock was lost while it was held (HLD-4). Does nothing by default. */
    default void lockLost(LostLock lost) {}

    /**
     * A release failed in a {@code close()}, which does not throw. It is repeated in the background until the lock has expired.
     * Logs one line by default.
     *
     * @param keyFingerprint stands for the key
     * @param failure what went wrong
     */
    default void closeFailed(String keyFingerprint, Throwable failure) {
        System.getLogger(SyncGuard.class.getName())
                .log(
                        Level.WARNING,
                        "lock " + keyFingerprint + ": its release failed and is repeated in the background",
                        failure);
    }

    /**
     * A lock had expired before {@code close()} released it: its ttl was too short for the work. Logs one line by default.
     *
     * @param keyFingerprint stands for the key
     */
    default void closedTooLate(String keyFingerprint) {
        Logger logger = System.getLogger(SyncGuard.class.getName());
        logger.log(
                Level.WARNING,
                "lock {0}: it had expired before it was released; use a longer ttl or a heartbeat",
                keyFingerprint);
    }

    /** The listener was too slow for this many events, which are dropped. Does nothing by default. */
    default void eventsDropped(long count) {}
}
