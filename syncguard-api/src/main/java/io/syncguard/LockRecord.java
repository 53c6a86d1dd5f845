package io.syncguard;

import java.time.Duration;
import java.time.Instant;

/**
 * A live lock as the server knows it, raw values included: what an explicit raw lookup answers (LKP-2).
 *
 * @param key the key as stored: the user's key in NFC, or its hash form where that is stored in its place (KEY-4)
 * @param id the holder's lock id; a capability, never to be logged
 * @param fence the holder's fencing token
 * @param acquiredAt when the lock was taken, by the server's clock
 * @param expiresAt when its ttl ends, by the server's clock
 * @param remaining what was left until {@code expiresAt} when the server answered, by the server's clock; never
 *     negative (LKP-3)
 */
public record LockRecord(
        String key, LockId id, FenceToken fence, Instant acquiredAt, Instant expiresAt, Duration remaining) {

    /** Returns the same without raw values. */
    public LockInfo info() {
        return new LockInfo(Fingerprint.ofStored(key), id.fingerprint(), fence, acquiredAt, expiresAt, remaining);
    }

    /** Returns a text without raw values (KEY-8). */
    @Override
    public String toString() {
        return "LockRecord[" + info() + "]";
    }
}
