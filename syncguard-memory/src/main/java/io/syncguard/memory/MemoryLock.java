package io.syncguard.memory;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockRecord;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One lock as the store keeps it. */
record MemoryLock(
        String key, LockId id, FenceToken fence, long acquiredAtMillis, long expiresAtMillis, @Nullable String holder) {

    boolean isLive(long nowMillis) {
        return Tolerance.isLive(expiresAtMillis, nowMillis);
    }

    MemoryLock expiringAt(long newExpiresAtMillis) {
        return new MemoryLock(key, id, fence, acquiredAtMillis, newExpiresAtMillis, holder);
    }

    LockRecord toRecord(long nowMillis) {
        return new LockRecord(
                key,
                id,
                fence,
                Instant.ofEpochMilli(acquiredAtMillis),
                Instant.ofEpochMilli(expiresAtMillis),
                Duration.ofMillis(Math.max(0, expiresAtMillis - nowMillis)),
                Optional.ofNullable(holder));
    }
}
