package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the failures of a database become. */
class DatabaseFailuresTest {
    private static final Ttl TTL = new Ttl(30_000);
    private static final String RAW_KEY = "account:of-somebody";

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockKey key = LockKey.of(RAW_KEY);
    private final LockId id = LockId.random();

    @AfterEach
    void close() {
        database.close();
    }

    private LockException failureOn(ConnectionSource source) {
        try (LockBackend backend = SqlLockBackend.over(source, TestDatabase.PATIENT)) {
            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));
            assertThat(e).as("an acquire that must fail").isNotNull();
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e.operation()).isEqualTo(LockOperation.ACQUIRE);
            assertThat(e.lockFingerprint()).contains(key.fingerprint());
            return e;
        }
    }

    @Test
    @DisplayName("ERR-2 a server that refuses the connection is SERVICE_UNAVAILABLE")
    void refused() {
        LockException e = failureOn(() -> DriverManager.getConnection("jdbc:h2:tcp://localhost:1/locks"));

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e).hasCauseInstanceOf(SQLException.class);
    }

    @Test
    @DisplayName("ERR-1, OPT-7 a ping that fails is about no lock")
    void ping() {
        try (LockBackend backend = SqlLockBackend.over(
                () -> DriverManager.getConnection("jdbc:h2:tcp://localhost:1/locks"), TestDatabase.PATIENT)) {
            LockException e = catchThrowableOfType(LockException.class, backend::ping);

            assertThat(e.operation()).isEqualTo(LockOperation.PING);
            assertThat(e.lockFingerprint()).isEmpty();
        }
    }

    @Test
    @DisplayName("ERR-1, KEY-8 of a failure about data only the state and the stack are kept, of any other all")
    void withoutValues() {
        SQLException data = new SQLException("value too long: " + RAW_KEY, "22001", 7);
        SQLException other = new SQLException("the server is shutting down", "57P01", 8);

        SQLException bare = SqlFailures.withoutValues(data);

        assertThat(bare.getMessage()).doesNotContain(RAW_KEY);
        assertThat(bare.getSQLState()).isEqualTo("22001");
        assertThat(bare.getErrorCode()).isEqualTo(7);
        assertThat(bare.getStackTrace()).isEqualTo(data.getStackTrace()).isNotEmpty();
        assertThat(SqlFailures.withoutValues(other) == other)
                .as("any other is kept")
                .isTrue();
    }

    @Test
    @DisplayName("ERR-2 a wrong password is AUTH_FAILED")
    void wrongPassword() {
        LockException e = failureOn(() -> DriverManager.getConnection(database.url(), "somebody", "guess"));

        assertThat(e.code()).isEqualTo(LockErrorCode.AUTH_FAILED);
    }

    @Test
    @DisplayName("ERR-2 a user without rights on the tables is AUTH_FAILED")
    void withoutRights() throws SQLException {
        try (Connection connection = database.connect();
                Statement create = connection.createStatement()) {
            create.execute("create user guest password 'guest'");
        }

        LockException e = failureOn(() -> DriverManager.getConnection(database.url(), "guest", "guest"));

        assertThat(e.code()).isEqualTo(LockErrorCode.AUTH_FAILED);
    }

    @Test
    @DisplayName("ERR-4 a database without the tables is INVALID_ARGUMENT, and the message says what to run")
    void withoutTables() {
        LockException e = failureOn(() -> DriverManager.getConnection("jdbc:h2:mem:"));

        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e).hasMessageContaining("schema.sql");
    }

    @ParameterizedTest
    @CsvSource({
        "08001, SERVICE_UNAVAILABLE",
        "08006, SERVICE_UNAVAILABLE",
        "57P01, SERVICE_UNAVAILABLE",
        "53300, RATE_LIMITED",
        "57014, NETWORK_TIMEOUT",
        "28P01, AUTH_FAILED",
        "42501, AUTH_FAILED",
        "42P01, INVALID_ARGUMENT",
        "3D000, INVALID_ARGUMENT",
        "22001, INTERNAL",
        "XX000, INTERNAL",
        ", INTERNAL",
    })
    @DisplayName("ERR-2 the SQLSTATE says which failure it is")
    void states(String state, LockErrorCode code) {
        LockException e = failureOn(() -> {
            throw new SQLException("as this test wants it", state);
        });

        assertThat(e.code()).isEqualTo(code);
    }

    @Test
    @DisplayName("KEY-8 what the database says about values is not in messages, nor in their causes")
    void hidesValues() throws SQLException {
        try (Connection connection = database.connect();
                Statement alter = connection.createStatement()) {
            alter.execute("alter table syncguard_locks alter column lock_key varbinary(4)");
        }

        LockException e = failureOn(database::connect);

        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e).hasCauseInstanceOf(SQLException.class);
        String hex = HexFormat.of().formatHex(RAW_KEY.getBytes(StandardCharsets.UTF_8), 0, 8);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString().toLowerCase(Locale.ROOT)).doesNotContain(RAW_KEY, hex);
        }
    }

    @Test
    @DisplayName("KEY-8, FEN-3 an exhausted counter is INTERNAL, without the raw key")
    void exhaustedCounter() {
        database.setFence(key, FenceToken.MAX_VALUE);

        LockException e = failureOn(database::connect);

        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e.getMessage()).doesNotContain(RAW_KEY);
    }

    @Test
    @DisplayName("KEY-8, ACQ-3 an id that holds another key is INVALID_ARGUMENT, without the raw id")
    void idOfAnotherKey() {
        try (LockBackend backend = SqlLockBackend.over(database::connect, TestDatabase.PATIENT)) {
            assertThat(backend.acquire(LockKey.of("another"), id, TTL)).isInstanceOf(Acquired.class);

            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasNoCause();
            assertThat(e.getMessage()).doesNotContain(id.value(), RAW_KEY);
        }
    }

    @Test
    @DisplayName("KEY-8 the text of a row has neither key nor id")
    void textOfRow() {
        LockRow row = new LockRow(RAW_KEY, 7, id, 0, 0);

        assertThat(row.toString()).contains(key.fingerprint()).doesNotContain(RAW_KEY, id.value());
    }
}
