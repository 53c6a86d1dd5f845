package io.syncguard.examples.sql;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What each operation that writes does within its transaction: locks the row, reads the clock, decides, writes. In this order, because a
 * clock that was read before the wait for the row would judge by the past. The caller commits. Stateless.
 */
final class LockTransactions {
    /** How long an abandoned id is refused: longer than any request stays under way. */
    private static final Duration ABANDONED_FOR = Duration.ofDays(1);

    private LockTransactions() {}

    static AcquireResult acquire(LockTable table, String stored, LockKey key, LockId id, Ttl ttl) throws SQLException {
        LockRow row = table.lock(stored);
        Instant now = table.now();
        if (table.isAbandoned(id)) {
            throw abandoned(key);
        }
        if (row.isLive(now)) {
            return id.equals(row.id()) ? acquired(row) : contended(row, now);
        }
        LockRow held = row.heldBy(id, nextFence(row, key, now), now, ttl);
        table.hold(held, id);
        return acquired(held);
    }

    private static FenceToken nextFence(LockRow row, LockKey key, Instant now) {
        if (row.fence() >= FenceToken.MAX_VALUE) {
            throw LockException.failed(
                    LockErrorCode.INTERNAL,
                    LockOperation.ACQUIRE,
                    key.fingerprint(),
                    "the key's fence counter is exhausted; use another key",
                    null);
        }
        return NextFence.after(row.fence(), ChronoUnit.MICROS.between(Instant.EPOCH, now));
    }

    private static LockException abandoned(LockKey key) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key.fingerprint(),
                "the acquire arrived after its id had been abandoned; acquire with a fresh id",
                null);
    }

    private static Acquired acquired(LockRow held) {
        return new Acquired(new FenceToken(held.fence()), held.expiresAt());
    }

    private static Contended contended(LockRow held, Instant now) {
        long freeAtMillis = Tolerance.freeAtMillis(held.expiresMillis());
        return Contended.until(
                Instant.ofEpochMilli(freeAtMillis), Duration.ofMillis(freeAtMillis - now.toEpochMilli()));
    }

    static ReleaseResult release(LockTable table, LockId id) throws SQLException {
        Optional<LockRow> row = table.lock(id);
        if (row.isEmpty() || !row.get().isLive(table.now())) {
            return ReleaseResult.ABSENT;
        }
        table.free(row.get());
        return ReleaseResult.RELEASED;
    }

    static ExtendResult extend(LockTable table, LockId id, Ttl ttl) throws SQLException {
        Optional<LockRow> row = table.lock(id);
        Instant now = table.now();
        if (row.isEmpty() || !row.get().isLive(now)) {
            return new Absent();
        }
        long expiresMillis = now.toEpochMilli() + ttl.millis();
        table.extend(row.get(), expiresMillis);
        return new Extended(Instant.ofEpochMilli(expiresMillis));
    }

    /** Locks the key's row as the acquire does, so that one of them comes after the other (ACQ-4). */
    static void abandon(LockTable table, String stored, LockId id) throws SQLException {
        LockRow row = table.lock(stored);
        Instant now = table.now();
        table.abandon(id, now, now.plus(ABANDONED_FOR));
        if (id.equals(row.id())) {
            table.free(row);
        }
    }
}
