package io.syncguard.examples.sql;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Locks in a SQL database, one row for each key. {@code schema.sql} beside this class creates the tables, which must exist. Thread-safe.
 *
 * <p>A call is one transaction, on a connection and a thread that it has for itself meanwhile. Interrupting the caller, closing the backend
 * and the operation timeout end a call at once (OPT-1 to OPT-3). The thread of a call that was ended follows as soon as the driver lets it
 * go.
 *
 * <p>It cannot wake waiters, so they retry after pauses.
 */
public final class SqlLockBackend implements LockBackend {
    private final StorageKeys keys = StorageKeys.under(StorageKeys.DEFAULT_PREFIX);
    private final BackendCapabilities capabilities;
    private final SqlCalls calls;
    private final ExecutorAsyncBackend async;

    private SqlLockBackend(ConnectionSource source, SqlOptions options) {
        CallDeadlines deadlines = CallDeadlines.of(options.operationTimeout(), options.connectTimeout());
        this.capabilities = new BackendCapabilities("sql-example", true, options.operationTimeout());
        this.calls = new SqlCalls(source, deadlines, options.mostConnections());
        this.async = ExecutorAsyncBackend.onThreads(this, deadlines, options.mostConnections());
    }

    /**
     * Returns a backend on a data source of the caller's, which should be a pool: each call asks it for a connection, and closes that. The
     * data source stays the caller's to close. Does not connect.
     */
    @CheckReturnValue
    public static SqlLockBackend on(DataSource database, SqlOptions options) {
        Objects.requireNonNull(database, "database");
        return over(database::getConnection, Objects.requireNonNull(options, "options"));
    }

    static SqlLockBackend over(ConnectionSource source, SqlOptions options) {
        return new SqlLockBackend(source, options);
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    /** {@inheritDoc} Looks for a row, which fails where the tables are missing. */
    @Override
    public void ping() {
        var unused = calls.read(LockOperation.PING, () -> null, table -> table.find(keys.stored(PING_KEY)));
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        String stored = keys.stored(key);
        return calls.write(
                LockOperation.ACQUIRE,
                key::fingerprint,
                table -> LockTransactions.acquire(table, stored, key, id, ttl));
    }

    @Override
    public ReleaseResult release(LockId id) {
        return calls.write(LockOperation.RELEASE, id::fingerprint, table -> LockTransactions.release(table, id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return calls.write(LockOperation.EXTEND, id::fingerprint, table -> LockTransactions.extend(table, id, ttl));
    }

    /** {@inheritDoc} An acquire of the id that arrives within a day is refused. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        String stored = keys.stored(key);
        var unused = calls.write(LockOperation.RELEASE, key::fingerprint, table -> {
            LockTransactions.abandon(table, stored, id);
            return true;
        });
    }

    @Override
    public boolean isLocked(LockKey key) {
        String stored = keys.stored(key);
        return calls.read(LockOperation.IS_LOCKED, key::fingerprint, table -> table.find(stored)
                .isPresent());
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        String stored = keys.stored(key);
        return calls.read(LockOperation.LOOKUP, key::fingerprint, table -> table.find(stored));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return calls.read(LockOperation.LOOKUP, id::fingerprint, table -> table.find(id));
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    /** {@inheritDoc} Calls end first, so that the threads of the asynchronous view have nothing left to wait for. */
    @Override
    public void close() {
        calls.close();
        async.close();
    }
}
