package io.syncguard;

/**
 * A lock that was lost while it was held (HLD-4). Immutable.
 *
 * @param keyFingerprint stands for the key
 * @param idFingerprint stands for the lock id
 * @param fence the holder's token; another holder may have a greater one by now
 * @param cause how the loss was found
 */
public record LostLock(String keyFingerprint, String idFingerprint, FenceToken fence, Cause cause) {
    /** How a loss was found. */
    public enum Cause {
        /** The holder's deadline passed without a confirmed extension. */
        DEADLINE,
        /** The server said that the lock is gone. */
        ABSENT,
        /** The {@link SyncGuard} was closed while the lock was held, and released it. */
        CLOSED
    }
}
