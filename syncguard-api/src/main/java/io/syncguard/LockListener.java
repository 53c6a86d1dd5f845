package io.syncguard;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Hears what a {@link SyncGuard} does: every operation, whichever way it was called, every loss, and what could not be
 * given back. Set by {@link GuardOptions#withListener}.
 *
 * <p>It is called on one thread of its own, one call after another, some time after the fact, so it can neither slow nor
 * fail an operation, and need not be thread-safe (TEL-2). What it throws is logged and otherwise ignored. A listener that falls more than ten
 * thousand events behind misses some and is told how many. Without a listener nothing is measured or collected.
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
     * Giving a lock back failed in a {@code close()}, which does not throw. It is tried again in the background until the
     * lock has expired. Logs one line by default.
     *
     * @param keyFingerprint stands for the key
     * @param failure what went wrong
     */
    default void closeFailed(String keyFingerprint, Throwable failure) {
        System.getLogger(SyncGuard.class.getName())
                .log(
                        Level.WARNING,
                        "lock " + keyFingerprint + ": giving it back failed and goes on in the background",
                        failure);
    }

    /**
     * A lock was over already when {@code close()} came to give it back: its ttl was too short for what was done under it.
     * Logs one line by default.
     *
     * @param keyFingerprint stands for the key
     */
    default void closedTooLate(String keyFingerprint) {
        Logger logger = System.getLogger(SyncGuard.class.getName());
        logger.log(Level.WARNING, "lock {0}: it had expired before it was given back", keyFingerprint);
    }

    /** The listener was too slow for this many events, which it will not hear of. Does nothing by default. */
    default void eventsDropped(long count) {}
}
