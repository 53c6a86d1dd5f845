package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.CallDeadlines;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a transaction that somebody gives up, at each point of its way. */
@Timeout(60)
class SqlTransactionTest {
    private final TestDatabase database = TestDatabase.inMemory();
    private final CallDeadlines deadlines = CallDeadlines.of(Duration.ofSeconds(30), Duration.ofSeconds(30));
    private final AtomicReference<SqlTransaction<String>> transaction = new AtomicReference<>();
    private final AtomicInteger commits = new AtomicInteger();

    @AfterEach
    void close() {
        database.close();
    }

    private InterposedConnections connections() {
        return new InterposedConnections(database).committing(connection -> {
            commits.incrementAndGet();
            connection.commit();
        });
    }

    private SqlTransaction<String> over(ConnectionSource source, SqlWork<String> work) {
        SqlTransaction<String> created = new SqlTransaction<>(source, deadlines, work, true);
        transaction.set(created);
        return created;
    }

    @Test
    @DisplayName("OPT-1 a transaction that is given up before its commit is not committed")
    void beforeItsCommit() {
        SqlTransaction<String> given = over(connections(), table -> {
            assertThat(transaction.get().giveUp()).as("too late").isFalse();
            return "answer";
        });

        assertThatThrownBy(given::run).isInstanceOf(CancellationException.class);

        assertThat(commits).hasValue(0);
        assertThat(given.isSent()).isFalse();
    }

    @Test
    @DisplayName("OPT-1 a transaction that is given up while its connection opens does nothing on it")
    void whileItsConnectionOpens() {
        AtomicBoolean worked = new AtomicBoolean();
        InterposedConnections connections = connections();
        SqlTransaction<String> given = over(
                () -> {
                    assertThat(transaction.get().giveUp()).as("too late").isFalse();
                    return connections.open();
                },
                table -> {
                    worked.set(true);
                    return "answer";
                });

        assertThatThrownBy(given::run).isInstanceOf(CancellationException.class);

        assertThat(worked).as("whether anything was done").isFalse();
    }

    @Test
    @DisplayName(
            "OPT-1 ending a transaction that is over leaves its connection alone, which is somebody else's by then")
    void afterItsEnd() throws SQLException {
        InterposedConnections connections = connections();
        SqlTransaction<String> over = over(connections, table -> "answer");
        assertThat(over.run()).isEqualTo("answer");

        over.end();

        assertThat(connections.aborts()).isZero();
    }

    @Test
    @DisplayName("OPT-1 ending a transaction that is under way cuts its connection")
    void underWay() throws SQLException {
        InterposedConnections connections = connections();
        SqlTransaction<String> ended = over(connections, table -> {
            transaction.get().end();
            return "answer";
        });

        assertThat(ended.run()).isEqualTo("answer");

        assertThat(connections.aborts()).isEqualTo(1);
    }
}
