package io.syncguard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.StaleFenceException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one transaction after the other sees, on each database. */
@ParameterizedClass
@EnumSource
class JdbcFenceCheckTest {
    @Parameter
    Database database;

    private final JdbcFenceCheck guard = JdbcFenceCheck.create();
    private Connection connection;

    @BeforeEach
    void createTable() throws SQLException {
        connection = Database.connect(database.freshUrl());
        Sql.execute(connection, Sql.DDL);
        connection.commit();
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    private boolean admits(String resource, long fence) throws SQLException {
        boolean admitted = guard.admits(connection, resource, new FenceToken(fence));
        connection.commit();
        return admitted;
    }

    @Test
    @DisplayName(
            "GRD-1 a fence passes unless a greater one has passed; the same one passes again; each resource is apart")
    void rule() throws SQLException {
        assertThat(admits("a", 5)).as("the first").isTrue();
        assertThat(admits("a", 5)).as("the holder's second write").isTrue();
        assertThat(admits("a", 4)).as("a late one").isFalse();
        assertThat(admits("b", 1)).as("another resource").isTrue();
        assertThat(admits("a", FenceToken.MAX_VALUE)).as("a much newer one").isTrue();
        assertThat(admits("a", 6)).as("newer, but late").isFalse();

        assertThat(Sql.fenceOf(connection, "a")).isEqualTo(FenceToken.MAX_VALUE);
        assertThat(Sql.fenceOf(connection, "b")).isEqualTo(1);
    }

    @Test
    @DisplayName("GRD-2 require passes or throws with both fences, and records nothing of a stale one")
    void require() throws SQLException {
        guard.require(connection, "a", new FenceToken(42));
        connection.commit();

        StaleFenceException e = catchThrowableOfType(
                StaleFenceException.class, () -> guard.require(connection, "a", new FenceToken(41)));

        assertThat(e.offered()).isEqualTo(new FenceToken(41));
        assertThat(e.highest()).contains(new FenceToken(42));
        connection.commit();
        assertThat(Sql.fenceOf(connection, "a")).isEqualTo(42);
    }

    @Test
    @DisplayName(
            "GRD-3 a transaction that is rolled back leaves no trace of its fence, neither a row nor a greater number")
    void rollbackForgets() throws SQLException {
        assertThat(guard.admits(connection, "a", new FenceToken(9))).isTrue();
        connection.rollback();
        assertThat(Sql.fenceOf(connection, "a")).isEqualTo(-2);
        assertThat(admits("a", 3)).isTrue();

        assertThat(guard.admits(connection, "a", new FenceToken(9))).isTrue();
        connection.rollback();

        assertThat(admits("a", 4)).isTrue();
        assertThat(Sql.fenceOf(connection, "a")).isEqualTo(4);
    }

    @Test
    @DisplayName("GRD-3 the guard neither commits nor ends the transaction, and leaves what was written in it")
    void callersTransaction() throws SQLException {
        assertThat(admits("a", 5)).isTrue();
        Sql.execute(connection, "create table item (v bigint)");
        connection.commit();
        Sql.execute(connection, "insert into item values (1)");

        assertThat(guard.admits(connection, "a", new FenceToken(4))).isFalse();
        assertThat(guard.admits(connection, "fresh", new FenceToken(4))).isTrue();

        assertThat(Sql.number(connection, "select count(*) from item")).isEqualTo(1);
        connection.rollback();
        assertThat(Sql.number(connection, "select count(*) from item")).isZero();
        assertThat(Sql.fenceOf(connection, "fresh")).isEqualTo(-2);
    }

    @Test
    @DisplayName("GRD-3, ERR-4 with auto-commit on it is INVALID_ARGUMENT that says why, and nothing is recorded")
    void autoCommit() throws SQLException {
        connection.setAutoCommit(true);

        assertThatThrownBy(() -> guard.admits(connection, "a", new FenceToken(1)))
                .isInstanceOfSatisfying(LockException.class, e -> {
                    assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                    assertThat(e).hasMessageContaining("setAutoCommit(false)");
                });

        connection.setAutoCommit(false);
        assertThat(Sql.fenceOf(connection, "a")).isEqualTo(-2);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x\ud83d"})
    @DisplayName("GRD-7, ERR-4 a resource that is no name is INVALID_ARGUMENT")
    void badResource(String resource) {
        assertThatThrownBy(() -> guard.admits(connection, resource, new FenceToken(1)))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("GRD-7, ERR-4 a fence that is null is INVALID_ARGUMENT")
    void noFence() {
        assertThatThrownBy(() -> guard.admits(connection, "account", null))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("GRD-3 a table of one's own: a fence that is null is none, and a row that wants more is not inserted")
    void ownTable() throws SQLException {
        JdbcFenceCheck own = JdbcFenceCheck.on("account", "id", "written_by");
        Sql.execute(
                connection,
                "create table account (id varchar(40) primary key, balance bigint not null, written_by bigint)",
                "insert into account (id, balance) values ('42', 100)");
        connection.commit();

        assertThat(own.admits(connection, "42", new FenceToken(7))).isTrue();
        assertThat(own.admits(connection, "42", new FenceToken(6))).isFalse();
        assertThat(Sql.number(connection, "select balance from account")).isEqualTo(100);
        assertThatThrownBy(() -> own.admits(connection, "43", new FenceToken(7)))
                .as("a row without a balance")
                .isInstanceOf(SQLException.class);
    }

    @Test
    @DisplayName("GRD-6 a table in which a resource has several rows is INTERNAL, by fingerprint")
    void severalRows() throws SQLException {
        Sql.execute(
                connection,
                "create table loose (resource varchar(40), fence bigint)",
                "insert into loose values ('job', 1)",
                "insert into loose values ('job', 2)");
        connection.commit();

        assertThatThrownBy(() ->
                        JdbcFenceCheck.on("loose", "resource", "fence").admits(connection, "job", new FenceToken(3)))
                .isInstanceOfSatisfying(LockException.class, e -> {
                    assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
                    assertThat(e).hasMessageContaining("unique").hasMessageNotContaining("job");
                });
    }

    @Test
    @DisplayName("GRD-3 what the database fails with comes through")
    void noTable() {
        assertThatThrownBy(() ->
                        JdbcFenceCheck.on("missing", "resource", "fence").admits(connection, "a", new FenceToken(1)))
                .isInstanceOf(SQLException.class);
    }
}
