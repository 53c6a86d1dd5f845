package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Ids that must not acquire any more. */
class AbandonedIdsTest {
    private static final Ttl TTL = new Ttl(30_000);

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockBackend backend =
            SqlLockBackend.over(database::connect, SqlOptions.defaults().withOperationTimeout(Duration.ofMinutes(1)));
    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();

    @AfterEach
    void close() {
        backend.close();
        database.close();
    }

    @Test
    @DisplayName("ACQ-4 an acquire that arrives after its id was abandoned is refused, and changes nothing")
    void lateAcquire() {
        backend.abandon(key, id, TTL);

        assertRefused();
        assertThat(backend.acquire(key, LockId.random(), TTL)).isInstanceOf(Acquired.class);
        assertRefused();
    }

    private void assertRefused() {
        LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));
        assertThat(e).as("a late acquire must fail").isNotNull();
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(backend.lookup(id)).isEmpty();
    }

    @Test
    @DisplayName("ACQ-4 an acquire that landed, and is sent again after its id was abandoned, is refused")
    void resentAcquire() {
        assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);

        backend.abandon(key, id, TTL);

        assertRefused();
        assertThat(backend.isLocked(key)).isFalse();
    }

    @RepeatedTest(10)
    @DisplayName("ACQ-4 an acquire that is under way when its id is abandoned leaves no lock, whichever comes first")
    void race() throws Exception {
        CompletableFuture<AcquireResult> acquire;
        CompletableFuture<Void> abandon;
        database.setFence(key, 1);
        try (Connection holder = database.holdingRowOf(key)) {
            acquire = backend.async().acquire(key, id, TTL);
            abandon = backend.async().abandon(key, id, TTL);
            Await.until("both wait for the row", () -> database.waiting() == 2);
            holder.rollback();
        }

        abandon.join();
        acquire.handle((result, failure) -> true).join();

        assertThat(backend.isLocked(key)).isFalse();
        assertThat(backend.lookup(id)).isEmpty();
    }

    @RepeatedTest(10)
    @DisplayName("ACQ-4 the same holds for a key that has no row yet")
    void raceForTheFirstRow() {
        CompletableFuture<AcquireResult> acquire = backend.async().acquire(key, id, TTL);
        CompletableFuture<Void> abandon = backend.async().abandon(key, id, TTL);

        abandon.join();
        acquire.handle((result, failure) -> true).join();

        assertThat(backend.isLocked(key)).isFalse();
        assertThat(backend.lookup(id)).isEmpty();
    }

    @Test
    @DisplayName("ACQ-4 marks are kept for a day, and the next abandoned acquire removes older ones")
    void marksEnd() throws SQLException {
        backend.abandon(key, id, TTL);
        backend.abandon(key, LockId.random(), TTL);
        assertThat(marks()).isEqualTo(2);
        long day = Duration.ofDays(1).toMillis();
        execute("update syncguard_abandoned set until_millis = until_millis - " + day);

        backend.abandon(key, LockId.random(), TTL);

        assertThat(marks()).isEqualTo(1);
    }

    private long marks() throws SQLException {
        return database.number("select count(*) from syncguard_abandoned");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    @DisplayName(
            "ACQ-3, KEY-8 an id whose lock has expired cannot acquire another key, and the refusal does not show it")
    void idOfAnotherKey() throws Exception {
        assertThat(backend.acquire(key, id, new Ttl(1))).isInstanceOf(Acquired.class);
        Await.until("the lock has expired", () -> !backend.isLocked(key));

        LockException e =
                catchThrowableOfType(LockException.class, () -> backend.acquire(LockKey.of("account:43"), id, TTL));

        assertThat(e).as("another key by the same id must be refused").isNotNull();
        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e).hasStackTraceContaining("needs an id of its own");
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(id.value());
        assertThat(backend.isLocked(LockKey.of("account:43"))).isFalse();
    }
}
