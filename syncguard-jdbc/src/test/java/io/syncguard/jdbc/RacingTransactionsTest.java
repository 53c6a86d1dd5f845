package io.syncguard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transactions at the same time, on connections of their own. */
@Timeout(120)
class RacingTransactionsTest {
    private static final long BLOCKED_MILLIS = 300;

    private final JdbcFenceCheck guard = JdbcFenceCheck.create();
    private final String url = Database.H2.freshUrl();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private Connection first;
    private Connection second;

    @BeforeEach
    void connect() throws SQLException {
        first = Database.connect(url);
        second = Database.connect(url);
        Sql.execute(
                first,
                Sql.DDL,
                "create table item (v bigint not null)",
                "insert into item values (0)",
                "create table diary (line varchar(20))");
        first.commit();
    }

    @AfterEach
    void close() throws SQLException {
        first.rollback();
        first.close();
        others.shutdownNow();
        second.close();
    }

    private static FenceToken fence(long value) {
        return new FenceToken(value);
    }

    /** Starts what must wait for the first transaction, and sees it wait. */
    private <T> Future<T> waiting(Callable<T> call) throws Exception {
        Future<T> waiting = others.submit(call);
        try {
            waiting.get(BLOCKED_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return waiting;
        }
        throw new AssertionError("it did not wait for the transaction that has the row");
    }

    @ParameterizedTest
    @CsvSource({"5, 4, false", "5, 5, true", "5, 6, true"})
    @DisplayName("GRD-1, GRD-3 of two first writers the second waits for the first's commit, and is judged by it")
    void racingInserts(long ours, long theirs, boolean admitted) throws Exception {
        assertThat(guard.admits(first, "a", fence(ours))).isTrue();
        Future<Boolean> racing = waiting(() -> guard.admits(second, "a", fence(theirs)));

        first.commit();

        assertThat(racing.get()).isEqualTo(admitted);
        second.commit();
        assertThat(Sql.fenceOf(first, "a")).isEqualTo(Math.max(ours, theirs));
    }

    @Test
    @DisplayName("GRD-3 of two first writers the second passes, whatever its fence, if the first rolls back")
    void racingInsertRolledBack() throws Exception {
        assertThat(guard.admits(first, "a", fence(5))).isTrue();
        Future<Boolean> racing = waiting(() -> guard.admits(second, "a", fence(4)));

        first.rollback();

        assertThat(racing.get()).isTrue();
        second.commit();
        assertThat(Sql.fenceOf(first, "a")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"4, false", "6, true"})
    @DisplayName("GRD-3 an insert that came too late costs a transaction nothing it did before, nor what it does after")
    void transactionSurvivesLostInsert(long theirs, boolean admitted) throws Exception {
        Connection strict = PoisonedByErrors.around(second);
        Sql.execute(second, "insert into diary values ('before')");
        assertThat(guard.admits(first, "a", fence(5))).isTrue();
        Future<Boolean> racing = waiting(() -> guard.admits(strict, "a", fence(theirs)));

        first.commit();

        assertThat(racing.get()).isEqualTo(admitted);
        assertThat(guard.admits(strict, "b", fence(1))).isTrue();
        strict.commit();
        assertThat(Sql.number(first, "select count(*) from diary")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    @DisplayName("GRD-3 from the guard's answer to the commit nobody else passes; a late one then is refused")
    void rowStaysLocked(boolean commits, boolean admitted) throws Exception {
        guard.require(first, "a", fence(1));
        first.commit();
        guard.require(first, "a", fence(3));
        Future<Boolean> racing = waiting(() -> guard.admits(second, "a", fence(2)));
        Sql.execute(first, "update item set v = 3");

        if (commits) {
            first.commit();
        } else {
            first.rollback();
        }

        assertThat(racing.get()).isEqualTo(admitted);
        second.rollback();
        assertThat(Sql.number(first, "select v from item")).isEqualTo(commits ? 3 : 0);
    }

    @Test
    @DisplayName("GRD-1, GRD-3 whatever eight writers with random fences do at once, no lower one overwrites a higher")
    void noWriteGoesBack() throws Exception {
        createWritten();
        List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Random random = new Random(i);
            writers.add(others.submit(() -> write(random)));
        }

        int admitted = 0;
        for (Future<Integer> writer : writers) {
            admitted += get(writer);
        }

        assertThat(admitted).as("some passed").isBetween(20, 8 * 100);
        for (int resource = 0; resource < 5; resource++) {
            assertThat(Sql.number(first, "select max(late) from written where r = " + resource))
                    .as("writes that went back")
                    .isZero();
        }
    }

    private void createWritten() throws SQLException {
        Sql.execute(first, "create table written (r bigint primary key, v bigint not null, late bigint not null)");
        for (int resource = 0; resource < 5; resource++) {
            Sql.execute(first, "insert into written values (" + resource + ", 0, 0)");
        }
        first.commit();
    }

    private int write(Random random) throws SQLException {
        int admitted = 0;
        try (Connection connection = Database.connect(url)) {
            for (int i = 0; i < 100; i++) {
                // Fences grow in the long run, and late ones are frequent.
                int fence = 1 + i + random.nextInt(20);
                int resource = random.nextInt(5);
                if (guard.admits(connection, "resource-" + resource, fence(fence))) {
                    admitted++;
                    long last = Sql.number(connection, "select v from written where r = " + resource);
                    if (last > fence) {
                        Sql.execute(connection, "update written set late = late + 1 where r = " + resource);
                    }
                    Sql.execute(connection, "update written set v = " + fence + " where r = " + resource);
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
        return admitted;
    }

    private static int get(Future<Integer> writer) throws InterruptedException {
        try {
            return writer.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
