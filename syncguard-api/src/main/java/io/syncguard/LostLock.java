package io.syncguard;

/**
 * A lock that ended while its holder counted on it (HLD-4). Immutable.
 *
 * @param keyFingerprint stands for the key
 * @param idFingerprint stands for the lock id
 * @param fence the holder's token; somebody else's may be greater by now
 * @param cause how the loss came to be known
 */
public record LostLock(String keyFingerprint, String idFingerprint, FenceToken fence, Cause cause) {
    /** How a loss came to be known. */
    public enum Cause {
        /** The ttl was over by the holder's own monotonic clock, and no extension had been confirmed. */
        DEADLINE,
        /** The server said that the lock is gone. */
        ABSENT,
        /** The {@link SyncGuard} was closed while the lock was held, and gave it back. */
        CLOSED
    }
}
