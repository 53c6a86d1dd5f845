package io.syncguard.examples.sql;

import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** A database of its own inside this JVM, with the tables of locks. Stays open until it is closed. */
final class TestDatabase implements AutoCloseable {
    /** For tests whose subject is no timeout. */
    static final SqlOptions PATIENT = SqlOptions.defaults()
            .withOperationTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofSeconds(20));

    private static final StorageKeys KEYS = StorageKeys.under(StorageKeys.DEFAULT_PREFIX);

    private final String url;
    private final Connection keepsOpen;

    private TestDatabase(String url) {
        this.url = url;
        try {
            this.keepsOpen = DriverManager.getConnection(url);
            createTables(keepsOpen);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestDatabase inMemory() {
        return new TestDatabase("jdbc:h2:mem:" + UUID.randomUUID());
    }

    static TestDatabase inFile(Path folder) {
        return new TestDatabase("jdbc:h2:" + folder.toAbsolutePath().resolve("locks"));
    }

    /** Creates the tables of locks in a database that is elsewhere. */
    static void createTables(String url) {
        try (Connection connection = DriverManager.getConnection(url)) {
            createTables(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        try (Statement create = connection.createStatement()) {
            create.execute(schema());
        }
    }

    private static String schema() {
        try (var schema = SqlLockBackend.class.getResourceAsStream("schema.sql")) {
            return new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return url;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /** Returns a connection whose transaction has the row of a key, until it ends. */
    Connection holdingRowOf(LockKey key) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from syncguard_locks where lock_key = ? for update")) {
            select.setBytes(1, bytes(key));
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("the key has no row");
                }
            }
        }
        return connection;
    }

    /** Sets the last fence of a free key; 0 removes all that there is of the key. */
    void setFence(LockKey key, long fence) {
        try (Connection connection = connect();
                PreparedStatement delete =
                        connection.prepareStatement("delete from syncguard_locks where lock_key = ?");
                PreparedStatement insert =
                        connection.prepareStatement("insert into syncguard_locks values (?, ?, null, 0, 0)")) {
            delete.setBytes(1, bytes(key));
            delete.executeUpdate();
            if (fence > 0) {
                insert.setBytes(1, bytes(key));
                insert.setLong(2, fence);
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(LockKey key) {
        return KEYS.stored(key).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns how many connections to the database are open, without those of this object. */
    long connections() throws SQLException {
        return number("select count(*) from information_schema.sessions") - 1;
    }

    /** Returns how many sessions wait for a row that another one has. */
    long waiting() throws SQLException {
        return number("select count(*) from information_schema.sessions where blocker_id is not null");
    }

    long number(String sql) throws SQLException {
        try (Statement query = keepsOpen.createStatement();
                var row = query.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        try {
            keepsOpen.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
