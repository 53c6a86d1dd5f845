package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.StaleFenceException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

@Timeout(180)
class AccountPostingTest {
    private static final String KEY = AccountPosting.keyOf(42);

    private final RedisTestServer server = RedisTestServer.start();
    private final SyncGuard guard = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
    private final SyncGuard other = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
    private final SQLiteDataSource database = new SQLiteDataSource();

    @BeforeEach
    void createTables(@TempDir Path folder) throws SQLException {
        database.setUrl("jdbc:sqlite:" + folder.resolve("bank.db"));
        execute("create table accounts (id integer primary key, balance integer not null)");
        execute("create table syncguard_fences (resource varchar(255) not null primary key, fence bigint not null)");
        execute("insert into accounts values (42, 100)");
    }

    @AfterEach
    void close() {
        other.close();
        guard.close();
        server.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long balance() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select balance from accounts where id = 42")) {
            return rows.getLong(1);
        }
    }

    @Test
    @DisplayName("a posting waits for a busy account beyond the default of five seconds")
    void waits() throws Exception {
        HeldLock unused = other.tryAcquire(KEY, LockOptions.defaults().withTtl(Duration.ofSeconds(6)))
                .orElseThrow();

        new AccountPosting(guard, database).post(42, 5);

        assertThat(balance()).isEqualTo(105);
    }

    @Test
    @DisplayName("the transaction is committed before the lock is released")
    void commitsUnderLock() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();

        new AccountPosting(guard, watching(() -> seen.add(other.isLocked(KEY) ? "locked" : "free"))).post(42, 5);

        assertThat(seen).containsExactly("locked");
        assertThat(balance()).isEqualTo(105);
        assertThat(other.isLocked(KEY)).isFalse();
    }

    /** Returns the database, with a look at each commit once it is done. */
    private DataSource watching(Runnable look) {
        return proxy(
                DataSource.class,
                database,
                "getConnection",
                connection -> proxy(Connection.class, (Connection) connection, "commit", done -> {
                    look.run();
                    return done;
                }));
    }

    private interface After {
        Object apply(Object result);
    }

    private static <T> T proxy(Class<T> type, T target, String method, After after) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, args) -> {
            try {
                Object result = called.invoke(target, args);
                return called.getName().equals(method) ? after.apply(result) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Test
    @DisplayName("a posting with a stale fence is refused and leaves nothing")
    void staleFence() throws Exception {
        execute("insert into syncguard_fences values ('" + KEY + "', " + FenceToken.MAX_VALUE + ")");

        assertThatThrownBy(() -> new AccountPosting(guard, database).post(42, 5))
                .isInstanceOf(StaleFenceException.class);

        assertThat(balance()).isEqualTo(100);
        assertThat(other.isLocked(KEY)).isFalse();
    }
}
