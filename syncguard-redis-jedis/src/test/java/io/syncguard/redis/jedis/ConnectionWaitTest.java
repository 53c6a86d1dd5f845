package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.ServerQuestions;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** Waits that only Jedis has: for a connection of the pool, and for one that a client without timeouts opens. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class ConnectionWaitTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final String SHORT = "?operationTimeoutMillis=600&connectTimeoutMillis=600";
    private static final String LONG = "?operationTimeoutMillis=60000&connectTimeoutMillis=60000";

    private final RedisTestServer server = RedisTestServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @DisplayName("OPT-2 a call that ended while its connection was opened has sent nothing")
    void endedWhileConnecting() {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + SHORT)) {
            server.suspend();

            LockException e = failureWithin(
                    Duration.ofSeconds(1),
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isFalse();
        }
    }

    @Test
    @DisplayName("WAI-4 those that wait are told through a client whose pool has one connection, too")
    void poolOfOne() {
        try (UnifiedJedis patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(patient, RedisOptions.defaults()));
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            Await.connected(guard);
            HeldLock held = guard.acquire("job");
            CompletableFuture<AsyncHeldLock> waiting = guard.async().acquire("job");

            Await.until("somebody listens", () -> !admin.pubsubChannels().isEmpty());
            assertThat(held.release()).isTrue();

            assertThat(waiting.join().release().join()).isTrue();
        }
    }

    @Test
    @DisplayName("OPT-2 the operation timeout bounds a client that was handed in and would wait for ever")
    void boundsPatientClient() {
        try (UnifiedJedis patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        patient, RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(2))))) {
            Await.connected(guard);
            // Else that may have the only connection.
            ServerQuestions.await(server, 1, guard);
            server.suspend();

            LockException e = failureWithin(Duration.ofSeconds(4), () -> guard.isLocked("job"));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("interrupt of ours left behind")
                    .isFalse();
            server.resume();
            Await.connected(guard);
        }
    }

    @Test
    @DisplayName("OPT-2 waiting for a connection counts: NETWORK_TIMEOUT within the timeout, and nothing was sent")
    void boundsWaitForConnection() throws InterruptedException {
        try (UnifiedJedis patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        patient, RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(2))))) {
            Await.connected(guard);
            // Else that may have the only connection.
            ServerQuestions.await(server, 1, guard);
            server.suspend();
            List<Caller> callers = List.of(
                    Caller.started(
                            () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))),
                    Caller.started(
                            () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))));
            StallMeter stalls = StallMeter.start();

            for (Caller caller : callers) {
                caller.awaitEnd();
                assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(caller.flag).as("interrupt of ours left behind").isFalse();
            }

            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(4));
            stalls.close();
            assertThat(callers.stream().filter(each -> each.failure.get().isOutcomeUnknown()))
                    .as("only one had the connection")
                    .hasSizeLessThanOrEqualTo(1);
            server.resume();
        }
    }

    @Test
    @DisplayName(
            "A pool of the application's that is exhausted keeps no call waiting, and lends none of its connections")
    void leavesApplicationsPoolAlone() {
        try (UnifiedJedis client = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        client, RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20))));
                Connection only = JedisDifferences.pool(client).getResource()) {
            guard.run("job", () -> {});
            guard.run("job", () -> {});

            assertThat(only.ping()).isTrue();
            assertThat(JedisDifferences.pool(client).getBorrowedCount()).isEqualTo(1);
            assertThat(JedisDifferences.pool(client).getCreatedCount()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("OPT-2 a connection that is open too late serves the next call")
    void lateConnectionIsKept() {
        try (UnifiedJedis patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        patient, RedisOptions.defaults().withConnectTimeout(Duration.ofSeconds(2))));
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.ping();
            server.suspend();
            LockException e = failureWithin(
                    Duration.ofSeconds(4),
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));
            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();

            server.resume();

            Await.until("the late connection has been kept", () -> !isConnectionOpened());
            String late = received(admin);
            guard.run("job", () -> {});
            assertThat(received(admin)).isEqualTo(late);
        }
    }

    /** Returns whether a thread opens a connection for a call, be it one that has ended. */
    private static boolean isConnectionOpened() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> StackOf.contains(thread, "HandedInConnectionSource", "openFor"));
    }

    /** Returns how many connections a server has accepted. */
    private static String received(Jedis admin) {
        return admin.info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("OPT-3 a client that its owner has closed is not used any more, and says so")
    void clientIsClosed() {
        try (UnifiedJedis client = JedisClients.create("127.0.0.1", server.port());
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        client, RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20))));
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            guard.run("job", () -> {});

            client.close();

            assertThatThrownBy(() -> guard.isLocked("job")).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();
                assertThat(e).hasMessageContaining("closed by the application");
            });
            Await.until(
                    "only the test is connected",
                    () -> admin.clientList().lines().count() == 1);
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that waits for a connection, and keeps the flag")
    void interruptedWhileQueueing() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + LONG + "&maxConnections=1")) {
            guard.run("warm-up", () -> {});
            Await.until("the only connection is idle", () -> !isServerAskedForSettings());
            server.suspend();
            Caller first = Caller.waitingForServer(() -> guard.isLocked("job"));
            Caller queueing = Caller.waitingForConnection(
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            queueing.thread.interrupt();

            queueing.awaitEnd();
            assertThat(queueing.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(queueing.failure.get().isOutcomeUnknown())
                    .as("nothing was sent")
                    .isFalse();
            assertThat(queueing.flag).as("interrupt flag").isTrue();
            first.thread.interrupt();
            first.awaitEnd();
        }
    }

    /** Returns whether the check that follows a backend's first answer is on its way. */
    private static boolean isServerAskedForSettings() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("syncguard-jedis-check"));
    }

    /** A client of one connection, without any timeout of its own. */
    private UnifiedJedis patientClient() {
        UnifiedJedis client = JedisClients.create(
                new HostAndPort("127.0.0.1", server.port()),
                JedisClients.resp2(DefaultJedisClientConfig.builder())
                        .timeoutMillis(0)
                        .build());
        JedisDifferences.pool(client).setMaxTotal(1);
        JedisDifferences.pool(client).setMaxWait(Duration.ofMillis(-1));
        return client;
    }

    private static LockException failureWithin(Duration limit, ThrowingCallable call) {
        try (StallMeter stalls = StallMeter.start()) {
            LockException e = failureOf(call);
            assertThat(stalls.elapsed()).isLessThan(limit);
            return e;
        }
    }

    private static LockException failureOf(ThrowingCallable call) {
        LockException e = catchThrowableOfType(LockException.class, call);
        assertThat(e).as("a LockException").isNotNull();
        return e;
    }

    /** A thread in a call that has reached the socket. */
    private static final class Caller {
        private final AtomicReference<LockException> failure = new AtomicReference<>();
        private final AtomicBoolean flag = new AtomicBoolean();
        private final Thread thread;

        private Caller(ThrowingCallable call) {
            thread = new Thread(() -> {
                failure.set(catchThrowableOfType(LockException.class, call));
                flag.set(Thread.currentThread().isInterrupted());
            });
            thread.setDaemon(true);
        }

        static Caller started(ThrowingCallable call) {
            Caller caller = new Caller(call);
            caller.thread.start();
            return caller;
        }

        static Caller waitingForServer(ThrowingCallable call) {
            Caller caller = new Caller(call);
            caller.thread.start();
            Await.until(
                    "the caller waits for the server", () -> StackOf.contains(caller.thread, "NioSocketImpl", "read"));
            return caller;
        }

        static Caller waitingForConnection(ThrowingCallable call) {
            Caller caller = new Caller(call);
            caller.thread.start();
            Await.until(
                    "the caller waits for a connection",
                    () -> StackOf.contains(caller.thread, "InFlightCall", "awaitPermit")
                            && caller.thread.getState() == Thread.State.TIMED_WAITING);
            return caller;
        }

        void awaitEnd() throws InterruptedException {
            thread.join(30_000);
            assertThat(thread.isAlive()).as("the call goes on").isFalse();
        }
    }
}
