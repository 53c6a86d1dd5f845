package io.syncguard.examples.sql;

import io.syncguard.FenceToken;
import io.syncguard.Fingerprint;
import io.syncguard.LockId;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The row of a key. Immutable.
 *
 * @param key the key as stored
 * @param fence the last fence of the key, 0 before the first
 * @param id who holds the lock, or held it until it expired; null after a release
 */
record LockRow(String key, long fence, @Nullable LockId id, long acquiredMillis, long expiresMillis) {

    /** Returns the row of a key that nobody has locked yet. */
    static LockRow unused(String key) {
        return new LockRow(key, 0, null, 0, 0);
    }

    LockRow heldBy(LockId holder, FenceToken token, Instant now, Ttl ttl) {
        long nowMillis = now.toEpochMilli();
        return new LockRow(key, token.value(), holder, nowMillis, nowMillis + ttl.millis());
    }

    boolean isLive(Instant now) {
        return id != null && Tolerance.isLive(expiresMillis, now.toEpochMilli());
    }

    /** Returns the live lock; empty if there is none. */
    Optional<LockRecord> liveLock(Instant now) {
        if (id == null || !isLive(now)) {
            return Optional.empty();
        }
        long leftMillis = Math.max(0, expiresMillis - now.toEpochMilli());
        return Optional.of(new LockRecord(
                key,
                id,
                new FenceToken(fence),
                Instant.ofEpochMilli(acquiredMillis),
                expiresAt(),
                Duration.ofMillis(leftMillis)));
    }

    Instant expiresAt() {
        return Instant.ofEpochMilli(expiresMillis);
    }

    /** Returns a text without raw values (KEY-8). */
    @Override
    public String toString() {
        return "LockRow[" + Fingerprint.ofStored(key) + ", " + id + ", fence " + fence + "]";
    }
}
