package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that wait for a connection, and connections after their calls. */
@Timeout(60)
class ConnectionsTest {
    private static final Ttl TTL = new Ttl(30_000);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();

    /** Opens when the database answers those that connect. */
    private final CountDownLatch connecting = new CountDownLatch(1);

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Whether a thread was interrupted in the driver. */
    private volatile boolean interrupted;

    @AfterEach
    void close() {
        connecting.countDown();
        database.close();
        assertThat(interrupted)
                .as("whether the thread that connects was interrupted")
                .isFalse();
    }

    private Connection slowly() throws SQLException {
        asked.countDown();
        while (connecting.getCount() > 0) {
            try {
                connecting.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return database.connect();
    }

    private LockBackend slow(Duration operationTimeout, Duration connectTimeout) {
        return SqlLockBackend.over(
                this::slowly,
                SqlOptions.defaults().withOperationTimeout(operationTimeout).withConnectTimeout(connectTimeout));
    }

    @Test
    @DisplayName("OPT-2 a first connection that is not opened ends the call after the connect timeout, which it names")
    void connectTimeout() {
        try (LockBackend backend = slow(LONG, Duration.ofMillis(200))) {
            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e).hasMessageContaining("connectTimeoutMillis");
            assertNothingComesLate();
        }
    }

    private void assertNothingComesLate() {
        connecting.countDown();
        try (LockBackend another = SqlLockBackend.over(database::connect, TestDatabase.PATIENT)) {
            Await.until("the late connection is closed again", () -> database.connections() == 0);
            assertThat(another.isLocked(key)).isFalse();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName(
            "OPT-2 a first connection that comes within its timeout serves the call, which has its own timeout then")
    void connectedInTime() {
        try (LockBackend backend = slow(Duration.ofSeconds(20), LONG)) {
            var call = backend.async().acquire(key, id, TTL);
            connecting.countDown();

            assertThat(call.join()).isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that waits for a connection, and nothing is sent when it comes")
    void interruptWhileConnecting() throws Exception {
        try (LockBackend backend = slow(LONG, LONG)) {
            FutureTask<AcquireResult> call = new FutureTask<>(() -> backend.acquire(key, id, TTL));
            Thread caller = new Thread(call);
            caller.start();
            asked.await();

            caller.interrupt();

            assertAborted(call);
            assertNothingComesLate();
        }
    }

    private static void assertAborted(FutureTask<?> call) {
        assertThat(catchThrowable(call::get).getCause()).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(e.isOutcomeUnknown()).isFalse();
        });
    }

    @Test
    @DisplayName("OPT-3 closing ends a call that waits for a connection, and nothing is sent when it comes")
    void closeWhileConnecting() throws Exception {
        LockBackend backend = slow(LONG, LONG);
        FutureTask<AcquireResult> call = new FutureTask<>(() -> backend.acquire(key, id, TTL));
        new Thread(call).start();
        asked.await();

        backend.close();

        assertAborted(call);
        assertNothingComesLate();
    }

    @Test
    @DisplayName("OPT-2 a call that no thread and no connection is free for ends within its timeout, and is never sent")
    void allInUse() throws Exception {
        try (LockBackend backend = SqlLockBackend.over(
                this::slowly,
                SqlOptions.defaults()
                        .withOperationTimeout(Duration.ofMillis(200))
                        .withConnectTimeout(Duration.ofMillis(200))
                        .withMostConnections(1))) {
            new Thread(new FutureTask<>(() -> backend.acquire(LockKey.of("another"), LockId.random(), TTL))).start();
            asked.await();

            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertNothingComesLate();
        }
    }

    @Test
    @DisplayName("no call leaves its connection open, whether it succeeds, is contended or fails")
    void closesConnections() throws Exception {
        try (LockBackend backend = SqlLockBackend.over(database::connect, TestDatabase.PATIENT)) {
            assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
            assertThat(backend.acquire(key, LockId.random(), TTL)).isInstanceOf(AcquireResult.Contended.class);
            assertThatThrownBy(() -> backend.acquire(LockKey.of("another"), id, TTL))
                    .isInstanceOf(InvalidArgumentException.class);

            assertThat(database.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "abort"})
    @DisplayName(
            "OPT-2 what the database still does for a call that was given up is ended, in each way that a driver may heed")
    void givenUpIsEnded(String heeded) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        SqlOptions hasty = SqlOptions.defaults().withOperationTimeout(Duration.ofMillis(300));
        try (LockBackend backend = SqlLockBackend.over(() -> hangingUntil(heeded, ended), hasty)) {
            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertEnds(ended);
        }
    }

    private static void assertEnds(CountDownLatch ended) throws InterruptedException {
        assertThat(ended.await(30, TimeUnit.SECONDS))
                .as("whether the statement or the connection was ended")
                .isTrue();
    }

    @Test
    @DisplayName("OPT-3 what the database still does for a call of a backend that was closed is ended")
    void closedIsEnded() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        LockBackend backend = SqlLockBackend.over(
                () -> hangingUntil("abort", ended), SqlOptions.defaults().withOperationTimeout(LONG));
        FutureTask<AcquireResult> call = new FutureTask<>(() -> backend.acquire(key, id, TTL));
        new Thread(call).start();
        asked.await();

        backend.close();

        assertAborted(call);
        assertEnds(ended);
    }

    /** Returns a connection whose statements, but for settings, hang until they are ended in one way. Another has no effect. */
    private Connection hangingUntil(String heeded, CountDownLatch ended) throws SQLException {
        Connection real = database.connect();
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("prepareStatement") && !((String) arguments[0]).startsWith("set ")) {
                return proxy(PreparedStatement.class, (statement, asStatement, values) -> {
                    if (asStatement.getName().startsWith("execute")) {
                        asked.countDown();
                        ended.await();
                        throw new SQLException("it was ended", "57014");
                    }
                    if (asStatement.getName().equals(heeded)) {
                        ended.countDown();
                    }
                    return null;
                });
            }
            if (method.getName().equals(heeded)) {
                ended.countDown();
            }
            return method.invoke(real, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(ConnectionsTest.class.getClassLoader(), new Class<?>[] {type}, calls));
    }

    @Test
    @DisplayName(
            "a connection of a pool is used with the isolation that calls need, and goes back without a transaction")
    void pooledConnection() throws Exception {
        AtomicInteger rollbacks = new AtomicInteger();
        try (Connection pooled = database.connect();
                LockBackend backend = SqlLockBackend.over(() -> lent(pooled, rollbacks), TestDatabase.PATIENT)) {
            pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
            assertThat(pooled.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);

            assertThatThrownBy(() -> backend.acquire(LockKey.of("another"), id, TTL))
                    .isInstanceOf(InvalidArgumentException.class);

            assertThat(rollbacks)
                    .as("how often what a call had not committed was rolled back")
                    .hasValue(2);
        }
    }

    /** Returns a connection that a close leaves open. */
    private static Connection lent(Connection pooled, AtomicInteger rollbacks) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("rollback")) {
                rollbacks.incrementAndGet();
            }
            return method.getName().equals("close") ? null : method.invoke(pooled, arguments);
        });
    }
}
