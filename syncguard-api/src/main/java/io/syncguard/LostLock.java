package io.syncguard;

import java.time.Duration;

/** A lock that was lost while it was held (HLD-4). Immutable and thread-safe. */
public interface LostLock {
    /** Returns what stands for the lock. */
    LockLabel lock();

    /** Returns the fingerprint of the lock id. */
    String idFingerprint();

    /** Returns the holder's token. Another holder may have a greater one by now. */
    FenceToken fence();

    /** Returns how the loss was found. */
    Cause cause();

    /** Returns for how long the lock had been held when the loss was found. */
    Duration heldFor();

    /** How a loss was found. */
    enum Cause {
        /** The holder's deadline passed without a confirmed extension. */
        DEADLINE,
        /** The server said that the lock is gone. */
        ABSENT,
        /** The {@link SyncGuard} was closed while the lock was held, and released it. */
        CLOSED
    }
}
