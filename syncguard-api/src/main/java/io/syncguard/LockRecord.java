package io.syncguard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
 * @param holder who holds it, if its guard says so ({@link GuardOptions#withHolder})
 */
public record LockRecord(
        String key,
        LockId id,
        FenceToken fence,
        Instant acquiredAt,
        Instant expiresAt,
        Duration remaining,
        Optional<String> holder) {

    /** Creates the record of a lock that does not say who holds it. */
    public LockRecord(
            String key, LockId id, FenceToken fence, Instant acquiredAt, Instant expiresAt, Duration remaining) {
        this(key, id, fence, acquiredAt, expiresAt, remaining, Optional.empty());
    }

    /** Returns the same without raw values. */
    public LockInfo info() {
        return new LockInfo(
                Fingerprint.ofStored(key), id.fingerprint(), fence, acquiredAt, expiresAt, remaining, holder);
    }

    /** Returns a text without raw values (KEY-8). */
    @Override
    public String toString() {
        return "LockRecord[" + info() + "]";
    }
}
