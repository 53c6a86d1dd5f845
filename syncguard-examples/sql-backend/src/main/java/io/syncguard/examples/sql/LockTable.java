package io.syncguard.examples.sql;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockRecord;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The tables, within one transaction. Keys and ids are bytes there: no collation takes two for one, and no character is refused (KEY-3,
 * ID-1). Not thread-safe.
 */
final class LockTable {
    private static final String SELECT =
            "select lock_key, fence, lock_id, acquired_millis, expires_millis, clock_timestamp() from syncguard_locks";
    private static final String BY_KEY = SELECT + " where lock_key = ?";
    private static final String BY_ID = SELECT + " where lock_id = ?";
    private static final String FOR_UPDATE = " for update";
    private static final String CLOCK = "select clock_timestamp()";
    private static final String INSERT = "insert into syncguard_locks"
            + " (lock_key, fence, lock_id, acquired_millis, expires_millis) values (?, 0, null, 0, 0)";
    private static final String HOLD = "update syncguard_locks"
            + " set fence = ?, lock_id = ?, acquired_millis = ?, expires_millis = ? where lock_key = ?";
    private static final String EXTEND = "update syncguard_locks set expires_millis = ? where lock_key = ?";
    private static final String FREE = "update syncguard_locks set lock_id = null where lock_key = ?";
    private static final String IS_ABANDONED = "select 1 from syncguard_abandoned where lock_id = ?";
    private static final String FORGET = "delete from syncguard_abandoned where lock_id = ? or until_millis < ?";
    private static final String ABANDON = "insert into syncguard_abandoned (lock_id, until_millis) values (?, ?)";

    private final CallConnection connection;

    LockTable(CallConnection connection) {
        this.connection = connection;
    }

    /** Returns the server's clock at this moment, which is not that of the beginning of the transaction (TIME-4). */
    Instant now() throws SQLException {
        try (PreparedStatement query = connection.prepare(CLOCK);
                ResultSet row = query.executeQuery()) {
            row.next();
            return instant(row, 1);
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /**
     * Returns the row of a key, and keeps all other transactions from changing it until this one ends. Creates the row if there is none:
     * what does not exist cannot be locked.
     */
    LockRow lock(String key) throws SQLException {
        Optional<Look> look = look(BY_KEY + FOR_UPDATE, bytes(key));
        return look.isPresent() ? look.get().row() : create(key);
    }

    private LockRow create(String key) throws SQLException {
        try (PreparedStatement insert = connection.prepare(INSERT)) {
            insert.setBytes(1, bytes(key));
            insert.executeUpdate();
            return LockRow.unused(key);
        } catch (SQLException e) {
            if (!SqlFailures.isConstraintViolation(e)) {
                throw e;
            }
            // Another transaction was faster. On some databases a failed statement ends this one, so begin again.
            throw new SQLTransactionRollbackException("another transaction created the row", SqlFailures.ROLLED_BACK);
        }
    }

    /** Returns the row that has an id, as {@link #lock(String)} does; empty if none has. */
    Optional<LockRow> lock(LockId id) throws SQLException {
        return look(BY_ID + FOR_UPDATE, id.toBytes()).map(Look::row);
    }

    /** Returns the live lock on a key. Waits for no other transaction. */
    Optional<LockRecord> find(String key) throws SQLException {
        return look(BY_KEY, bytes(key)).flatMap(Look::liveLock);
    }

    /** Returns the live lock of an id. Waits for no other transaction. */
    Optional<LockRecord> find(LockId id) throws SQLException {
        return look(BY_ID, id.toBytes()).flatMap(Look::liveLock);
    }

    /** A row, and the server's clock when it was read. If the row had to be waited for, that may be the time before the wait. */
    private record Look(LockRow row, Instant now) {
        Optional<LockRecord> liveLock() {
            return row.liveLock(now);
        }
    }

    private Optional<Look> look(String sql, byte[] parameter) throws SQLException {
        try (PreparedStatement query = connection.prepare(sql)) {
            query.setBytes(1, parameter);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? Optional.of(new Look(row(found), instant(found, 6))) : Optional.empty();
            }
        }
    }

    private static LockRow row(ResultSet found) throws SQLException {
        byte[] id = found.getBytes(3);
        return new LockRow(
                new String(found.getBytes(1), StandardCharsets.UTF_8),
                found.getLong(2),
                id == null ? null : LockId.of(new String(id, StandardCharsets.US_ASCII)),
                found.getLong(4),
                found.getLong(5));
    }

    /**
     * Writes a lock into the row of its key.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the row of another key has the id (ACQ-3)
     */
    void hold(LockRow held, LockId id) throws SQLException {
        try (PreparedStatement update = connection.prepare(HOLD)) {
            update.setLong(1, held.fence());
            update.setBytes(2, id.toBytes());
            update.setLong(3, held.acquiredMillis());
            update.setLong(4, held.expiresMillis());
            update.setBytes(5, bytes(held.key()));
            update.executeUpdate();
        } catch (SQLException e) {
            if (!SqlFailures.isConstraintViolation(e)) {
                throw e;
            }
            // The database's message would show the id.
            throw LockException.invalidArgument(
                    "the lock id was used for another key already; each acquisition needs an id of its own");
        }
    }

    void extend(LockRow row, long expiresMillis) throws SQLException {
        try (PreparedStatement update = connection.prepare(EXTEND)) {
            update.setLong(1, expiresMillis);
            update.setBytes(2, bytes(row.key()));
            update.executeUpdate();
        }
    }

    /** Ends a lock. The row stays, because it has the counter (FEN-4). */
    void free(LockRow row) throws SQLException {
        try (PreparedStatement update = connection.prepare(FREE)) {
            update.setBytes(1, bytes(row.key()));
            update.executeUpdate();
        }
    }

    boolean isAbandoned(LockId id) throws SQLException {
        try (PreparedStatement query = connection.prepare(IS_ABANDONED)) {
            query.setBytes(1, id.toBytes());
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Marks an id as abandoned, again if need be, and removes marks whose time is over. */
    void abandon(LockId id, Instant now, Instant until) throws SQLException {
        try (PreparedStatement delete = connection.prepare(FORGET)) {
            delete.setBytes(1, id.toBytes());
            delete.setLong(2, now.toEpochMilli());
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepare(ABANDON)) {
            insert.setBytes(1, id.toBytes());
            insert.setLong(2, until.toEpochMilli());
            insert.executeUpdate();
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
