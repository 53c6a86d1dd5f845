package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ConnectionProvider;

/** An interrupt of the caller's own thread ends its call and stays. No other interrupt does either. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class InterruptsTest {
    private static final int ROUNDS = 50;
    private static final int CALLERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RedisTestServer server;

    @BeforeAll
    static void start() {
        server = RedisTestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName(
            "OPT-1 a pool that closes under waiting calls interrupts none of their callers; the calls use the next pool")
    void callsMoveToNextPool() throws InterruptedException {
        Pools pools = new Pools();
        try (UnifiedJedis client = new UnifiedJedis(pools, 1, PATIENCE);
                SyncGuard guard = guard(client)) {
            for (int i = 0; i < ROUNDS; i++) {
                ConnectionPool leaving = pools.current;
                Connection only = leaving.getResource();
                List<Caller> callers = Caller.start(CALLERS, guard);
                // The backend may wait too, to ask for the server's settings.
                Await.until("all wait in the pool", () -> leaving.getNumWaiters() >= CALLERS);

                pools.current = pool();
                leaving.close();

                for (Caller caller : callers) {
                    caller.awaitEnd();
                    assertThat(caller.failure.get()).isNull();
                    assertThat(caller.interrupted).as("left interrupted").isFalse();
                }
                only.close();
            }
        }
    }

    @Test
    @DisplayName("OPT-1, ERR-2 a client that is closed under waiting calls ends them with SERVICE_UNAVAILABLE")
    void clientIsClosed() throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            Pools pools = new Pools();
            try (UnifiedJedis client = new UnifiedJedis(pools, 1, PATIENCE);
                    SyncGuard guard = guard(client);
                    Connection only = pools.current.getResource()) {
                List<Caller> callers = Caller.start(CALLERS, guard);
                Await.until("all wait in the pool", () -> pools.current.getNumWaiters() == CALLERS);

                client.close();

                for (Caller caller : callers) {
                    caller.awaitEnd();
                    assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                    assertThat(caller.failure.get().isOutcomeUnknown())
                            .as("nothing was sent")
                            .isFalse();
                    assertThat(caller.interrupted).as("left interrupted").isFalse();
                }
            }
        }
    }

    @Test
    @DisplayName(
            "OPT-1, OPT-3 closing a backend under calls that wait for its only connection leaves no caller interrupted")
    void backendIsClosed() throws InterruptedException {
        try (RedisTestServer suspended = RedisTestServer.start()) {
            SyncGuard guard = SyncGuard.connect(suspended.uri() + "?maxConnections=1&connectTimeoutMillis=60000");
            suspended.suspend();
            List<Caller> callers = Caller.start(CALLERS, guard);
            Await.until(
                    "all but one wait for the connection",
                    () -> callers.stream()
                                    .filter(each -> StackOf.contains(each.thread, "InFlightCall", "awaitPermit"))
                                    .count()
                            == CALLERS - 1);

            guard.close();

            for (Caller caller : callers) {
                caller.awaitEnd();
                assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
                assertThat(caller.interrupted).as("left interrupted").isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("OPT-1 an interrupt that comes while a call ends for another reason stays")
    void interruptWhileEnding(InFlightCall.End why) throws InterruptedException {
        InFlightCall call = new InFlightCall(System.nanoTime() + PATIENCE.toNanos());
        call.begin();
        Thread other = new Thread(() -> call.end(why));
        other.start();
        other.join();

        Thread.currentThread().interrupt();
        call.finish();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("OPT-1 an interrupt of a worker of ours ends with the call it was for")
    void interruptOfWorker() {
        InFlightCall call = new InFlightCall(System.nanoTime() + PATIENCE.toNanos());
        call.beginOnWorker();

        Thread.currentThread().interrupt();
        call.finish();

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    @DisplayName("OPT-1 an interrupt at the moment a wait for a connection times out stays")
    void interruptWhileTimingOut() throws InterruptedException {
        try (RedisTestServer suspended = RedisTestServer.start();
                SyncGuard guard = SyncGuard.connect(
                        suspended.uri() + "?maxConnections=1&operationTimeoutMillis=40&connectTimeoutMillis=40")) {
            suspended.suspend();
            for (int i = 0; i < ROUNDS; i++) {
                Caller first = new Caller(guard, true);
                Caller second = new Caller(guard, true);
                Pause.millis(35 + i % 10);
                for (Caller caller : List.of(first, second)) {
                    caller.interrupt();
                    caller.awaitEnd();
                    assertThat(caller.interrupted).as("interrupt flag").isTrue();
                }
            }
        }
    }

    private static SyncGuard guard(UnifiedJedis client) {
        return SyncGuard.using(JedisLockBackend.create(
                client, RedisOptions.defaults().withOperationTimeout(PATIENCE).withConnectTimeout(PATIENCE)));
    }

    private static ConnectionPool pool() {
        ConnectionPoolConfig one = new ConnectionPoolConfig();
        one.setMaxTotal(1);
        one.setMaxWait(PATIENCE);
        one.setJmxEnabled(false);
        return new ConnectionPool(
                new HostAndPort("127.0.0.1", server.port()),
                JedisClients.resp2(DefaultJedisClientConfig.builder())
                        .timeoutMillis((int) PATIENCE.toMillis())
                        .build(),
                one);
    }

    /** Lends from one pool at a time, as a client for a cluster does for a slot. */
    private static final class Pools implements ConnectionProvider {
        private volatile ConnectionPool current = pool();

        @Override
        public Connection getConnection() {
            return current.getResource();
        }

        @Override
        public Connection getConnection(CommandArguments command) {
            return current.getResource();
        }

        @Override
        public void close() {
            current.close();
        }
    }

    /** A thread in a call, and what became of it. */
    private static final class Caller {
        private final AtomicReference<LockException> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile boolean awaitsInterrupt;
        private volatile boolean interrupted;

        /**
         * @param awaitsInterrupt whether the thread stays until it was interrupted, during the call or after it
         */
        private Caller(SyncGuard guard, boolean awaitsInterrupt) {
            this.awaitsInterrupt = awaitsInterrupt;
            this.thread = new Thread(() -> {
                failure.set(catchThrowableOfType(LockException.class, () -> guard.isLocked("job")));
                while (this.awaitsInterrupt) {
                    Thread.onSpinWait();
                }
                interrupted = Thread.currentThread().isInterrupted();
            });
            thread.setDaemon(true);
            thread.start();
        }

        static List<Caller> start(int count, SyncGuard guard) {
            return IntStream.range(0, count)
                    .mapToObj(i -> new Caller(guard, false))
                    .toList();
        }

        void interrupt() {
            thread.interrupt();
            awaitsInterrupt = false;
        }

        void awaitEnd() throws InterruptedException {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).as("the call goes on").isFalse();
        }
    }
}
