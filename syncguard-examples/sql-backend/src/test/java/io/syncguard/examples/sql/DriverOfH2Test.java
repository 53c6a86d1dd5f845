package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockKey;
import io.syncguard.testsupport.Pause;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide says about H2, and why the backend does what it does. */
class DriverOfH2Test {
    private static final String SELECT = "select sum(length(text)) from pages";
    private static final String INSERT = "insert into pages values (0, '')";

    @Test
    @DisplayName("an interrupt that meets H2 while it reads its file breaks the database for every connection")
    void interruptBreaksTheDatabase(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.toAbsolutePath().resolve("pages");
        try (Connection creating = DriverManager.getConnection(url)) {
            execute(creating, "create table pages (number int primary key, text varchar)");
            execute(creating, "insert into pages select x, repeat('x', 1000) from system_range(1, 20000)");
        }
        Connection interrupted = DriverManager.getConnection(url);
        Connection another = DriverManager.getConnection(url);
        FutureTask<Boolean> read = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return execute(interrupted, SELECT);
        });

        Thread reader = new Thread(read);
        reader.start();
        reader.join();

        assertThatThrownBy(read::get).hasRootCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> execute(another, INSERT)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> execute(DriverManager.getConnection(url), INSERT))
                .isInstanceOf(SQLException.class);
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    @Test
    @DisplayName("current_timestamp stands still within a transaction")
    void currentTimestamp() throws SQLException {
        try (TestDatabase database = TestDatabase.inMemory();
                Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            OffsetDateTime first = time(connection);
            Pause.millis(20);

            assertThat(time(connection)).isEqualTo(first);
            connection.commit();
            assertThat(time(connection)).isAfter(first);
        }
    }

    private static OffsetDateTime time(Connection connection) throws SQLException {
        try (Statement query = connection.createStatement();
                var row = query.executeQuery("select current_timestamp")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
    }

    @Test
    @DisplayName("neither cancel nor abort ends the wait for a row, and the lock timeout does")
    void waitForRow() throws Exception {
        LockKey key = LockKey.of("account:42");
        try (TestDatabase database = TestDatabase.inMemory()) {
            database.setFence(key, 1);
            try (Connection holder = database.holdingRowOf(key);
                    Connection waiting = database.connect();
                    Statement statement = waiting.createStatement()) {
                statement.execute("set lock_timeout 1000");
                FutureTask<SQLException> wait = new FutureTask<>(() -> catchThrowableOfType(
                        SQLException.class, () -> statement.executeQuery("select 1 from syncguard_locks for update")));
                long startedNanos = System.nanoTime();
                new Thread(wait).start();
                Await.until("it waits for the row", () -> database.waiting() == 1);

                statement.cancel();
                waiting.abort(Runnable::run);

                assertThat(wait.get().getSQLState()).isEqualTo("HYT00");
                assertThat(System.nanoTime() - startedNanos).isGreaterThan(900_000_000L);
                assertThat(holder.isClosed()).isFalse();
            }
        }
    }

    @Test
    @DisplayName("the query timeout ends a statement that takes too long")
    void queryTimeout() throws SQLException {
        try (TestDatabase database = TestDatabase.inMemory();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);

            assertThatThrownBy(() -> statement.executeQuery("select sum(sqrt(x)) from system_range(1, 100000000000)"))
                    .isInstanceOf(SQLTimeoutException.class);
        }
    }
}
