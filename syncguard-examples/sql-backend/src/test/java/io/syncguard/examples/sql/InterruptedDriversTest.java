package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the backend interrupts no thread that is in the driver. */
class InterruptedDriversTest {
    private static final String SELECT = "select sum(length(text)) from pages";
    private static final String INSERT = "insert into pages values (0, '')";

    @Test
    @DisplayName("an interrupt that meets H2 while it reads its file breaks the database for every connection")
    void breaksTheDatabase(@TempDir Path folder) throws Exception {
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
}
