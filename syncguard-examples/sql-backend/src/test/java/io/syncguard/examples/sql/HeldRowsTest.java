package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How calls end that hang because the transaction of somebody else has the row. */
@Timeout(60)
class HeldRowsTest {
    private static final Ttl TTL = new Ttl(30_000);
    private static final SqlOptions PATIENT = SqlOptions.defaults().withOperationTimeout(Duration.ofMinutes(10));

    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();
    private TestDatabase database;
    private Connection holder;

    @BeforeEach
    void holdRow(@TempDir Path folder) throws SQLException {
        database = TestDatabase.inFile(folder);
        database.setFence(key, 1);
        holder = database.holdingRowOf(key);
    }

    @AfterEach
    void close() throws SQLException {
        holder.close();
        database.close();
    }

    private LockBackend backend(SqlOptions options) {
        return SqlLockBackend.over(database::connect, options);
    }

    /** The attempts of a call that waits for the row are short, and between two of them it does not wait. */
    private void awaitHanging() throws Exception {
        Await.until("a call waits for the row", () -> database.waiting() == 1);
    }

    private LockException failure(FutureTask<AcquireResult> call) {
        Throwable thrown = catchThrowable(call::get).getCause();
        assertThat(thrown).isInstanceOf(LockException.class);
        return (LockException) thrown;
    }

    private void assertNothingLeft() throws Exception {
        Await.until("no connection is left but the one that holds the row", () -> database.connections() == 1);
        holder.rollback();
        try (LockBackend another = backend(TestDatabase.PATIENT)) {
            assertThat(another.isLocked(key)).as("a lock that came late").isFalse();
            assertThat(another.acquire(key, LockId.random(), TTL)).isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("OPT-2 a call ends with its operation timeout, has changed nothing, and does not come late")
    void timeout() throws Exception {
        try (LockBackend backend = backend(SqlOptions.defaults().withOperationTimeout(Duration.ofMillis(300)))) {
            backend.ping();
            long startedNanos = System.nanoTime();

            Throwable thrown = catchThrowable(() -> backend.acquire(key, id, TTL));

            assertThat(System.nanoTime() - startedNanos)
                    .isBetween(
                            Duration.ofMillis(300).toNanos(),
                            Duration.ofSeconds(10).toNanos());
            assertThat(thrown).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(e.isOutcomeUnknown()).isFalse();
            });
            assertNothingLeft();
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that hangs, and harms neither the database nor the calls of others")
    void interrupt() throws Exception {
        try (LockBackend backend = backend(PATIENT)) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            FutureTask<AcquireResult> call = new FutureTask<>(() -> {
                try {
                    return backend.acquire(key, id, TTL);
                } finally {
                    flag.complete(Thread.interrupted());
                }
            });
            Thread caller = new Thread(call);
            caller.start();
            awaitHanging();

            caller.interrupt();

            LockException e = failure(call);
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(e.isOutcomeUnknown()).as("nothing was committed").isFalse();
            assertThat(flag.join()).as("the interrupt flag").isTrue();
            assertNothingLeft();
        }
    }

    @Test
    @DisplayName("OPT-1 cancelling a future ends a call that hangs")
    void cancel() throws Exception {
        try (LockBackend backend = backend(PATIENT)) {
            CompletableFuture<AcquireResult> call = backend.async().acquire(key, id, TTL);
            awaitHanging();

            call.cancel(true);

            assertThat(call).isCancelled();
            assertNothingLeft();
        }
    }

    @Test
    @DisplayName("OPT-3 closing the backend ends a call that hangs, and leaves no thread and no connection")
    void closeOfTheBackend() throws Exception {
        LockBackend backend = backend(PATIENT);
        FutureTask<AcquireResult> call = new FutureTask<>(() -> backend.acquire(key, id, TTL));
        new Thread(call).start();
        awaitHanging();

        backend.close();

        Await.until("no thread is left", () -> threads() == 0);
        LockException e = failure(call);
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown()).as("nothing was committed").isFalse();
        assertNothingLeft();
    }

    @Test
    @DisplayName("OPT-3 closing the backend ends calls of the asynchronous view, those that hang and those that queue")
    void closeAsync() throws Exception {
        LockBackend backend = backend(PATIENT.withMostConnections(1));
        CompletableFuture<AcquireResult> hanging = backend.async().acquire(key, id, TTL);
        awaitHanging();
        CompletableFuture<AcquireResult> queued = backend.async().acquire(key, LockId.random(), TTL);

        backend.close();

        for (CompletableFuture<AcquireResult> each : List.of(hanging, queued)) {
            assertThat(LockException.within(catchThrowable(each::join)))
                    .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED));
        }
        Await.until("no thread is left", () -> threads() == 0);
        assertNothingLeft();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("syncguard-"))
                .count();
    }

    @Test
    @DisplayName("LKP-1, CHK-1 looks wait for no row")
    void looks() {
        try (LockBackend backend = backend(PATIENT)) {
            assertThat(backend.isLocked(key)).isFalse();
            assertThat(backend.lookup(key)).isEmpty();
            assertThat(backend.lookup(id)).isEmpty();
        }
    }

    @Test
    @DisplayName("ACQ-1 a call that waits for the row goes on once it is free")
    void goesOn() throws Exception {
        try (LockBackend backend = backend(PATIENT)) {
            CompletableFuture<AcquireResult> call = backend.async().acquire(key, id, TTL);
            awaitHanging();

            holder.rollback();

            assertThat(call.join()).isInstanceOf(Acquired.class);
        }
    }
}
