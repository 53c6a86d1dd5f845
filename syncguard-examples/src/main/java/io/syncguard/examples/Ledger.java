package io.syncguard.examples;

import io.syncguard.FenceToken;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The resource that the processes share: an account and a report in a SQLite file. */
final class Ledger implements AutoCloseable {
    private static final long THINKING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Connection database;

    private Ledger(Connection database) {
        this.database = database;
    }

    static Ledger open(Path file) throws SQLException {
        Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = database.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("CREATE TABLE IF NOT EXISTS account (balance INTEGER NOT NULL)");
            statement.execute("CREATE TABLE IF NOT EXISTS report (content TEXT NOT NULL, fence INTEGER NOT NULL)");
        }
        return new Ledger(database);
    }

    /** Starts over with an empty account and a report nobody has written. */
    void reset() throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("DELETE FROM account");
            statement.execute("DELETE FROM report");
            statement.execute("INSERT INTO account VALUES (0)");
            statement.execute("INSERT INTO report VALUES ('', 0)");
        }
    }

    long balance() throws SQLException {
        return number("SELECT balance FROM account");
    }

    /**
     * Reads the balance, thinks for a millisecond, and writes the balance plus one. Two that do so at the same time
     * read the same balance, and one deposit is lost.
     */
    void depositOne() throws SQLException {
        long balance = balance();
        LockSupport.parkNanos(THINKING_NANOS);
        try (PreparedStatement update = database.prepareStatement("UPDATE account SET balance = ?")) {
            update.setLong(1, balance + 1);
            update.executeUpdate();
        }
    }

    /**
     * Writes the report unless somebody with a greater fence has written it before. Check and write are one statement,
     * and a holder's own second write passes.
     *
     * @return false if the write was refused
     */
    boolean writeReport(String content, FenceToken fence) throws SQLException {
        try (PreparedStatement update =
                database.prepareStatement("UPDATE report SET content = ?, fence = ? WHERE fence <= ?")) {
            update.setString(1, content);
            update.setLong(2, fence.value());
            update.setLong(3, fence.value());
            return update.executeUpdate() == 1;
        }
    }

    String report() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT content FROM report")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
