package io.syncguard.jdbc;

import io.syncguard.CheckReturnValue;
import io.syncguard.FenceToken;
import io.syncguard.Fingerprint;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.StaleFenceException;
import io.syncguard.spi.StoredText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * Refuses writes to a SQL database whose fence is stale: a fence passes if and only if it is not less than the greatest
 * one that has passed for the same resource, and passing records it. Immutable and thread-safe; a connection is used by
 * one thread at a time, as ever.
 *
 * <p>The check works inside the caller's transaction. Ask it first, read, write, commit. What is read before the check may be out of
 * date: until the check, a holder that has lost its lock can still commit.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * fenceCheck.require(connection, "account:42", lock.fence());
 * // ... any statements on the same connection ...
 * connection.commit();
 * }</pre>
 *
 * <p>The row of the resource stays locked from the check's answer to the end of the transaction, so nobody with a newer
 * fence gets in between the check and the writes: all that is written in the transaction is protected, in whatever tables.
 * A transaction that is rolled back leaves no trace of its fence.
 *
 * <p>The default table is
 *
 * <pre>{@code
 * create table syncguard_fences (
 *     resource varchar(255) not null primary key,
 *     fence bigint not null
 * )
 * }</pre>
 *
 * <p>{@link #on} names another one, such as the table with the resource itself: it needs a text column that is unique,
 * and a column for 64-bit integers (such as {@code bigint}, or {@code number(19)} on Oracle, where a column cannot be
 * named {@code resource}). A fence that is null counts as none. A row that is missing is inserted with these two columns;
 * where a table wants more of a row than that, insert rows beforehand. Do not delete a row while somebody may still write
 * late: its fence goes with it. Two names that the column's collation takes for one have one fence, which refuses more
 * than necessary and never less.
 *
 * <p>Correct at READ COMMITTED and above. What the database does about conflicts comes as its own
 * {@link SQLException}: at REPEATABLE READ and above a serialization failure or a duplicate key, now and then a deadlock,
 * or a lock timeout while another transaction has the row. Then the transaction is to be rolled back, and may be repeated. A MySQL
 * connection must count the rows that match, as it does unless told {@code useAffectedRows=true}; with that a holder's
 * second write is refused.
 */
public final class JdbcFenceCheck {
    /** The class of SQLSTATE that is about keys and other constraints. */
    private static final String INTEGRITY = "23";

    /** SQLite's driver has no SQLSTATE for these, and this number for all of them. */
    private static final int SQLITE_CONSTRAINT = 19;

    private final FenceTable table;

    private JdbcFenceCheck(FenceTable table) {
        this.table = table;
    }

    /** Returns a check on the default table, {@code syncguard_fences}, which must exist. Does no I/O. */
    @CheckReturnValue
    public static JdbcFenceCheck create() {
        return new JdbcFenceCheck(FenceTable.DEFAULT);
    }

    /**
     * Returns a check on a table of the caller's, which must exist. Does no I/O. Names are used without quotes.
     *
     * @param table the table, with its schema before a dot if need be
     * @param resourceColumn a column for text on which the table has a primary key or a unique constraint
     * @param fenceColumn a column for 64-bit integers; null counts as no fence
     * @throws LockException {@code INVALID_ARGUMENT} if a name is no plain identifier, or both columns are the same
     */
    @CheckReturnValue
    public static JdbcFenceCheck on(String table, String resourceColumn, String fenceColumn) {
        return new JdbcFenceCheck(new FenceTable(table, resourceColumn, fenceColumn));
    }

    /**
     * Returns whether a fence is not less than the greatest that has passed for a resource, and records it if so. Blocks
     * for one to a few statements, and while another transaction has the row.
     *
     * @param connection in a transaction, with auto-commit off
     * @param resource the name of what is written to, not empty; the key of the lock is a natural choice
     * @return true if the caller may write, and commit; false if the lock was lost and somebody newer has written, in
     *     which case nothing was recorded and the transaction can be used on, but should be rolled back
     * @throws LockException {@code INVALID_ARGUMENT} before any statement: auto-commit is on, or the resource is null,
     *     empty or not well-formed; {@code INTERNAL} if the table has several rows for the resource, in which case the
     *     transaction must be rolled back
     * @throws SQLException what the database failed with; roll the transaction back
     */
    @CheckReturnValue
    public boolean admits(Connection connection, String resource, FenceToken fence) throws SQLException {
        return refusal(connection, resource, fence) == null;
    }

    /**
     * As {@link #admits}, and throws where that returns false.
     *
     * @throws StaleFenceException if the lock was lost and somebody newer has written; roll the transaction back
     * @throws LockException as there
     * @throws SQLException as there
     */
    public void require(Connection connection, String resource, FenceToken fence) throws SQLException {
        StaleFenceException refusal = refusal(connection, resource, fence);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Returns null if the fence passed. */
    private @Nullable StaleFenceException refusal(Connection connection, String resource, FenceToken fence)
            throws SQLException {
        StoredText.checkedName("the resource", resource);
        InvalidArgumentException.requireNonNull(fence, "fence");
        if (connection.getAutoCommit()) {
            throw LockException.invalidArgument(
                    "the connection has auto-commit on, so the check would be over before the"
                            + " write begins and somebody newer could write in between; call setAutoCommit(false), and commit"
                            + " once after the writes");
        }
        if (raise(connection, resource, fence)) {
            return null;
        }
        FenceToken newer = newer(connection, resource, fence);
        if (newer != null) {
            return new StaleFenceException(fence, newer);
        }
        // There is no row, or there was none a moment ago.
        SQLException failure = insert(connection, resource, fence);
        if (failure == null || raise(connection, resource, fence)) {
            return null;
        }
        if (!exists(connection, resource)) {
            // It was not for a row that somebody else has inserted.
            throw failure;
        }
        return new StaleFenceException(fence, newer(connection, resource, fence));
    }

    private boolean raise(Connection connection, String resource, FenceToken fence) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(table.raise())) {
            update.setLong(1, fence.value());
            update.setString(2, resource);
            update.setLong(3, fence.value());
            int rows = update.executeUpdate();
            if (rows > 1) {
                throw LockException.failed(
                        LockErrorCode.INTERNAL,
                        LockOperation.FENCED_WRITE,
                        Fingerprint.of(resource),
                        "the table of fences has several rows for this resource; roll back, and give its resource column"
                                + " a unique constraint",
                        null);
            }
            return rows == 1;
        }
    }

    /** Returns the recorded fence if it is greater; at some isolation levels it is one that was, and null. */
    private @Nullable FenceToken newer(Connection connection, String resource, FenceToken fence) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(table.read())) {
            query.setString(1, resource);
            try (ResultSet row = query.executeQuery()) {
                long recorded = row.next() ? row.getLong(1) : 0;
                // Above the greatest there is, somebody else has written it; it refuses all the same.
                return recorded > fence.value() ? new FenceToken(Math.min(recorded, FenceToken.MAX_VALUE)) : null;
            }
        }
    }

    /** Returns null if the row was inserted, and why not if a constraint was in the way. */
    private @Nullable SQLException insert(Connection connection, String resource, FenceToken fence)
            throws SQLException {
        // On PostgreSQL a failed statement ends all else the transaction could do, but for this.
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
            insert.setString(1, resource);
            insert.setLong(2, fence.value());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (!isIntegrityViolation(e)) {
                throw e;
            }
            connection.rollback(before);
            return e;
        }
        release(connection, before);
        return null;
    }

    private static boolean isIntegrityViolation(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLIntegrityConstraintViolationException
                || (state == null ? e.getErrorCode() == SQLITE_CONSTRAINT : state.startsWith(INTEGRITY));
    }

    private static void release(Connection connection, Savepoint savepoint) {
        try {
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            // Some drivers cannot, and keep it until the end. A connection that broke tells so at the next statement.
        }
    }

    private boolean exists(Connection connection, String resource) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(table.touch())) {
            update.setString(1, resource);
            return update.executeUpdate() > 0;
        }
    }
}
