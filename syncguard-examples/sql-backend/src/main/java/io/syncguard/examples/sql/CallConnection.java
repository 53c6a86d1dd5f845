package io.syncguard.examples.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection of one transaction. One thread uses and closes it; any other may end what that thread does with it. */
final class CallConnection implements AutoCloseable {
    /**
     * How long a statement waits for a row that another transaction has. The driver of H2 cannot end that wait, so it must end by itself
     * soon after its call was given up; a call that is still waited for repeats it.
     */
    private static final String LOCK_TIMEOUT = "set lock_timeout 100";

    private final Connection connection;
    private final int timeoutSeconds;
    private volatile @Nullable Statement running;

    private CallConnection(Connection connection, int timeoutSeconds) {
        this.connection = connection;
        this.timeoutSeconds = timeoutSeconds;
    }

    /**
     * Opens a connection and begins a transaction on it.
     *
     * @param timeoutNanos after how long the server ends a statement by itself, if this JVM is not there any more to end it
     */
    static CallConnection open(ConnectionSource source, long timeoutNanos) throws SQLException {
        // JDBC counts in seconds, and takes zero for no timeout.
        int timeoutSeconds = (int) TimeUnit.NANOSECONDS.toSeconds(timeoutNanos) + 1;
        CallConnection opened = new CallConnection(source.open(), timeoutSeconds);
        try {
            opened.begin();
            return opened;
        } catch (SQLException | RuntimeException e) {
            try (opened) {
                throw e;
            }
        }
    }

    private void begin() throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try (PreparedStatement setting = connection.prepareStatement(LOCK_TIMEOUT)) {
            setting.execute();
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(timeoutSeconds);
        running = statement;
        return statement;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /**
     * Has the server end the statement that runs, and cuts the connection, so that the thread that uses it comes back. Called by another
     * thread. May block, because drivers send a request for it.
     */
    void end() {
        Statement statement = running;
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException e) {
            // It has ended, or cannot be cancelled.
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // It is closed.
        }
    }

    /** Rolls back what was not committed, and closes the connection or gives it back. */
    @Override
    public void close() throws SQLException {
        try (Connection closed = connection) {
            closed.rollback();
        } catch (SQLException e) {
            // A connection that broke. The database rolls back by itself, and the outcome of the call does not depend
            // on it.
        }
    }
}
