package io.syncguard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a lookup tells about a live lock, without the raw key or id (LKP-2).
 *
 * @param keyFingerprint the fingerprint of the key, the same as everywhere else (KEY-8)
 * @param idFingerprint the fingerprint of the lock id
 * @param fence the holder's fencing token
 * @param acquiredAt when the lock was taken, by the server's clock
 * @param expiresAt when the lock's ttl ends, by the server's clock; do not compare it with a local clock
 * @param remaining what was left until {@code expiresAt} when the server answered, by the server's clock; zero while
 *     the lock lives on the tolerance alone (LKP-3)
 * @param holder who holds it, if its guard says so ({@link GuardOptions#withHolder})
 */
public record LockInfo(
        String keyFingerprint,
        String idFingerprint,
        FenceToken fence,
        Instant acquiredAt,
        Instant expiresAt,
        Duration remaining,
        Optional<String> holder) {}
