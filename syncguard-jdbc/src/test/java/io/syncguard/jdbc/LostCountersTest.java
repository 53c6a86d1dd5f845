package io.syncguard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.StaleFenceException;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The database stays while the server of the locks loses all its counters (FEN-1), on each database. */
@ParameterizedClass
@EnumSource
class LostCountersTest {
    private static final String JOB = "job";

    @Parameter
    Database database;

    private final JdbcFenceCheck check = JdbcFenceCheck.create();
    private final TestLocks locks = TestLocks.create();

    /** A server without anything of the former's. */
    private final TestLocks afterTheLoss = TestLocks.create();

    private final SyncGuard guard = locks.guard();
    private final SyncGuard guardAfterTheLoss = afterTheLoss.guard();
    private Connection connection;

    @BeforeEach
    void createTable() throws SQLException {
        connection = Database.connect(database.freshUrl());
        Sql.execute(connection, Sql.DDL);
        connection.commit();
    }

    @AfterEach
    void close() throws SQLException {
        guard.close();
        guardAfterTheLoss.close();
        connection.rollback();
        connection.close();
    }

    private boolean admits(FenceToken fence) throws SQLException {
        boolean admitted = check.admits(connection, JOB, fence);
        connection.commit();
        return admitted;
    }

    @Test
    @DisplayName(
            "FEN-1, GRD-1 after the loss of all counters the new holders pass, and the old one's late write is refused")
    void lostCounters() throws SQLException {
        HeldLock old = guard.acquire(JOB);
        assertThat(admits(old.fence())).as("the first holder").isTrue();
        // The loss and what follows it take some time, of which a tick is enough.
        afterTheLoss.advance(Duration.ofSeconds(1));

        for (int i = 0; i < 3; i++) {
            try (HeldLock next = guardAfterTheLoss.acquire(JOB)) {
                assertThat(admits(next.fence())).as("a holder after the loss").isTrue();
                assertThat(admits(old.fence())).as("the former holder, late").isFalse();
                assertThat(admits(next.fence())).as("a second write").isTrue();
                assertThat(Sql.fenceOf(connection, JOB)).isEqualTo(next.fence().value());
            }
        }
    }

    @Test
    @DisplayName(
            "FEN-1, GRD-1 after the loss of the counters and a clock that went back, the last holder from before passes alone until the clock is there again")
    void lostCountersAndClockWentBack() throws SQLException {
        locks.advance(Duration.ofHours(1));
        FenceToken old = guard.call(JOB, HeldLock::fence);
        assertThat(admits(old)).as("the holder before the clock went back").isTrue();

        FenceToken behind = guardAfterTheLoss.call(JOB, HeldLock::fence);

        StaleFenceException refused =
                catchThrowableOfType(StaleFenceException.class, () -> check.require(connection, JOB, behind));
        assertThat(refused).as("a holder while the clock is behind").isNotNull();
        assertThat(refused.highest()).contains(old);
        connection.commit();
        assertThat(admits(old)).as("the holder of the greatest token").isTrue();
        afterTheLoss.advance(Duration.ofHours(2));
        assertThat(admits(guardAfterTheLoss.call(JOB, HeldLock::fence)))
                .as("a holder once the clock is there again")
                .isTrue();
        assertThat(admits(old)).as("the former holder, late").isFalse();
    }

    @Test
    @DisplayName(
            "FEN-1, GRD-1 tokens of a counter from 1 are followed by tokens of the clock, and refused from then on")
    void countedBefore() throws SQLException {
        for (long counted = 1; counted <= 3; counted++) {
            assertThat(admits(new FenceToken(counted))).as("token %s", counted).isTrue();
        }

        FenceToken first = guard.call(JOB, HeldLock::fence);

        assertThat(admits(first)).as("the first token of the clock").isTrue();
        for (long counted = 1; counted <= 4; counted++) {
            assertThat(admits(new FenceToken(counted)))
                    .as("token %s, late", counted)
                    .isFalse();
        }
        assertThat(Sql.fenceOf(connection, JOB)).isEqualTo(first.value());
    }
}
