package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import io.syncguard.testsupport.Pause;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which clock decides, and what time it has. */
class ServersClockTest {
    private static final Ttl TTL = new Ttl(30_000);
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();
    private final AtomicInteger hoursLater = new AtomicInteger();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @DisplayName("TIME-4 the clock goes on within a transaction")
    void goesOn() throws Exception {
        try (CallConnection connection =
                CallConnection.open(database::connect, TTL.toDuration().toNanos())) {
            LockTable table = new LockTable(connection);
            Instant first = table.now();
            Pause.millis(20);

            assertThat(table.now()).isAfterOrEqualTo(first.plusMillis(20));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    @DisplayName("TIME-4 every operation goes by the server's clock, an hour before or behind that of this JVM")
    void serversClock(int hours) {
        ConnectionSource shifted = new InterposedConnections(database).changing(sql -> shifted(sql, hours));
        Instant serversNow = Instant.now().plus(Duration.ofHours(hours));
        try (LockBackend backend = SqlLockBackend.over(shifted, TestDatabase.PATIENT)) {
            Acquired acquired = (Acquired) backend.acquire(key, id, TTL);
            assertNear(acquired.expiresAt(), serversNow.plus(TTL.toDuration()));
            assertNear(instantOf(acquired), serversNow);

            Contended contended = (Contended) backend.acquire(key, LockId.random(), TTL);
            assertThat(contended.freeIn().orElseThrow())
                    .isBetween(Duration.ofMillis(1), Duration.ofMillis(TTL.millis() + Tolerance.MILLIS));

            LockRecord found = backend.lookup(id).orElseThrow();
            assertNear(found.acquiredAt(), serversNow);
            assertThat(found.remaining()).isBetween(Duration.ofMillis(1), TTL.toDuration());
            assertThat(backend.isLocked(key)).isTrue();

            Extended extended = (Extended) backend.extend(id, TTL);
            assertNear(extended.expiresAt(), serversNow.plus(TTL.toDuration()));
            assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    /** A token is the clock in units of 10 µs. */
    private static Instant instantOf(Acquired acquired) {
        return Instant.EPOCH.plus(
                Duration.ofNanos(10_000).multipliedBy(acquired.fence().value()));
    }

    private static void assertNear(Instant actual, Instant expected) {
        assertThat(actual).isBetween(expected.minus(SLACK), expected.plus(SLACK));
    }

    @Test
    @DisplayName("EXT-1 an extension that waits for the row until the lock is dead does not bring it back")
    void extensionThatWaited() throws Exception {
        try (LockBackend backend = patient()) {
            assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
            CompletableFuture<ExtendResult> extension;
            try (Connection holder = database.holdingRowOf(key)) {
                extension = backend.async().extend(id, TTL);
                Await.until("the extension waits for the row", () -> database.waiting() == 1);

                hoursLater.set(1);
                holder.rollback();
            }

            assertThat(extension.join()).isEqualTo(new Absent());
            assertThat(backend.isLocked(key)).isFalse();
        }
    }

    @Test
    @DisplayName("TIME-4 an acquire that waits for the row has the time after the wait")
    void acquireThatWaited() throws Exception {
        Instant now = Instant.now();
        database.setFence(key, 1);
        try (LockBackend backend = patient()) {
            CompletableFuture<?> acquire;
            try (Connection holder = database.holdingRowOf(key)) {
                acquire = backend.async().acquire(key, id, TTL);
                Await.until("the acquire waits for the row", () -> database.waiting() == 1);

                hoursLater.set(1);
                holder.rollback();
            }

            acquire.join();
            assertNear(backend.lookup(id).orElseThrow().acquiredAt(), now.plus(Duration.ofHours(1)));
        }
    }

    /** Returns a backend whose statements wait for a row for as long as it takes, on a server whose clock the test moves. */
    private LockBackend patient() {
        ConnectionSource waiting = new InterposedConnections(database).changing(sql -> shifted(sql, hoursLater.get())
                .replace("set lock_timeout 100", "set lock_timeout 60000"));
        return SqlLockBackend.over(waiting, SqlOptions.defaults().withOperationTimeout(Duration.ofMinutes(1)));
    }

    private static String shifted(String sql, int hours) {
        return sql.replace("clock_timestamp()", "dateadd(hour, " + hours + ", clock_timestamp())");
    }
}
