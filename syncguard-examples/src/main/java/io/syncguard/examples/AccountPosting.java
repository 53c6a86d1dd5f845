package io.syncguard.examples;

import io.syncguard.FenceToken;
import io.syncguard.LockOptions;
import io.syncguard.StaleFenceException;
import io.syncguard.SyncGuard;
import io.syncguard.jdbc.JdbcFenceCheck;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Posts amounts to accounts of a database, one posting at a time for each account. Waits for the account's lock for a minute at
 * most.
 *
 * <p>The transaction begins and commits inside the lock. Committing after the release would let the next holder read what is not
 * committed yet. The fence check belongs to the transaction, so that a holder that stalled cannot commit late.
 */
final class AccountPosting {
    private static final LockOptions WAIT_AT_MOST_A_MINUTE =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(1)).withName("post-to-account");

    private final SyncGuard guard;
    private final DataSource database;
    private final JdbcFenceCheck fenceCheck = JdbcFenceCheck.create();

    AccountPosting(SyncGuard guard, DataSource database) {
        this.guard = guard;
        this.database = database;
    }

    /**
     * Adds an amount to the balance of an account.
     *
     * @throws io.syncguard.AcquisitionTimeoutException if the account was busy for a minute; nothing was posted
     * @throws StaleFenceException if this process lost the lock without noticing; nothing was posted
     * @throws SQLException if the database failed
     */
    void post(int account, long amount) throws SQLException {
        guard.run(keyOf(account), WAIT_AT_MOST_A_MINUTE, lock -> postInTransaction(account, amount, lock.fence()));
    }

    private void postInTransaction(int account, long amount, FenceToken fence) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                fenceCheck.require(connection, keyOf(account), fence);
                long balance = balanceOf(connection, account);
                update(connection, account, balance + amount);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static long balanceOf(Connection connection, int account) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select balance from accounts where id = ?")) {
            select.setInt(1, account);
            try (var rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private static void update(Connection connection, int account, long balance) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update accounts set balance = ? where id = ?")) {
            update.setLong(1, balance);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    static String keyOf(int account) {
        return "account:" + account;
    }
}
