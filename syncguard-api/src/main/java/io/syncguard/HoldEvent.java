package io.syncguard;

import java.time.Duration;
import java.util.Optional;

/** The end of a hold: why the lock is no longer held. Immutable and thread-safe. */
public interface HoldEvent {
    /** Returns the lock's label. */
    LockLabel lock();

    /** Returns the fingerprint of the lock id. */
    String idFingerprint();

    /** Returns the holder's token. */
    FenceToken fence();

    /** Returns how the hold ended. */
    Ending ending();

    /** Returns how the loss was found; empty unless the ending is {@link Ending#LOST}. */
    Optional<LostLock.Cause> cause();

    /** Returns how long the lock was held, counted from the grant. */
    Duration heldFor();

    /** How a hold ended. */
    enum Ending {
        /** The holder released the lock in time. */
        RELEASED,
        /** The lock had ended before its release, and nothing had noticed: its ttl was too short, or the server lost it. */
        ENDED_BEFORE,
        /** The lock was lost: see {@link LockListener#lockLost}. */
        LOST,
        /** The release failed in a {@code close()}; the background repeats it. */
        RELEASE_FAILED,
        /** Nothing released the lock, and it has expired. Noticed a few seconds after that. */
        FORGOTTEN
    }
}
