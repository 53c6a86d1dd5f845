package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/** A server that accepts connections and answers nobody: what bounds a call, and who ends it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StuckServerTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final String SHORT = "?operationTimeoutMillis=600";
    private static final String LONG = "?operationTimeoutMillis=20000";

    private final RedisTestServer server = RedisTestServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @DisplayName("OPT-2, ACQ-4 no answer is NETWORK_TIMEOUT within the operation timeout, and nothing stays held")
    void timesOut() {
        // The pool replaces the broken connection within the same call: twice the timeout if nobody stopped it.
        try (SyncGuard guard = SyncGuard.connect(server.uri() + SHORT)) {
            guard.run("warm-up", () -> {});
            server.suspend();

            LockException e = failureWithin(Duration.ofSeconds(1), () -> guard.tryAcquire("job", TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isTrue();
            server.resume();
            Await.until("the acquire that landed late is gone", () -> !guard.isLocked("job"));
        }
    }

    @Test
    @DisplayName("OPT-2 opening a connection counts: login to a server that never answers ends with the timeout")
    void timesOutWhileConnecting() {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + SHORT)) {
            server.suspend();

            LockException e = failureWithin(Duration.ofSeconds(1), () -> guard.tryAcquire("job", TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();
            assertThat(Thread.currentThread().isInterrupted())
                    .as("interrupt of ours left behind")
                    .isFalse();
        }
    }

    @Test
    @DisplayName("OPT-2 the operation timeout bounds a client that was handed in and would wait for ever")
    void boundsPatientClient() {
        try (RedisClient patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        patient, RedisOptions.defaults().withOperationTimeout(Duration.ofMillis(300))))) {
            guard.run("warm-up", () -> {});
            server.suspend();

            LockException e = failureWithin(Duration.ofSeconds(1), () -> guard.isLocked("job"));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("interrupt of ours left behind")
                    .isFalse();
            server.resume();
            assertThat(guard.isLocked("job")).isFalse();
        }
    }

    @Test
    @DisplayName("OPT-2 waiting for a connection counts: an exhausted pool is NETWORK_TIMEOUT within the timeout")
    void boundsWaitForConnection() throws InterruptedException {
        try (RedisClient patient = patientClient();
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(
                        patient, RedisOptions.defaults().withOperationTimeout(Duration.ofMillis(300))))) {
            guard.run("warm-up", () -> {});
            server.suspend();
            Caller holder = Caller.waitingForServer(() -> patient.get("anything"));

            LockException e = failureWithin(Duration.ofSeconds(1), () -> guard.tryAcquire("job", TTL));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();
            assertThat(Thread.currentThread().isInterrupted())
                    .as("interrupt of ours left behind")
                    .isFalse();
            server.resume();
            holder.awaitEnd();
        }
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 an interrupt ends a call that waits for the server, keeps the flag, leaves no orphan")
    void interruptedWhileWaiting() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + LONG)) {
            guard.run("warm-up", () -> {});
            server.suspend();
            Caller caller = Caller.waitingForServer(() -> guard.tryAcquire("job", TTL));

            caller.thread.interrupt();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(caller.flag).as("interrupt flag").isTrue();
            server.resume();
            Await.until("the acquire that landed late is gone", () -> !guard.isLocked("job"));
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that logs in")
    void interruptedWhileConnecting() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + LONG)) {
            server.suspend();
            Caller caller = Caller.waitingForServer(() -> guard.tryAcquire("job", TTL));

            caller.thread.interrupt();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(caller.flag).as("interrupt flag").isTrue();
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that waits for a connection, and keeps the flag")
    void interruptedWhileQueueing() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(server.uri() + LONG + "&maxConnections=1")) {
            guard.run("warm-up", () -> {});
            server.suspend();
            Caller first = Caller.waitingForServer(() -> guard.isLocked("job"));
            Caller queueing = Caller.waitingForConnection(() -> guard.tryAcquire("job", TTL));

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

    @Test
    @DisplayName("OPT-3 closing ends calls in flight with ABORTED and leaves no thread and no connection")
    void closeEndsCallsInFlight() throws InterruptedException {
        try (RedisClient raw = RedisClient.create("127.0.0.1", server.port())) {
            SyncGuard guard = SyncGuard.connect(server.uri() + LONG);
            guard.run("warm-up", () -> {});
            server.suspend();
            Caller caller = Caller.waitingForServer(() -> guard.isLocked("job"));

            guard.close();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(failureOf(() -> guard.isLocked("job")).code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(Thread.getAllStackTraces().keySet())
                    .as("threads of ours")
                    .noneMatch(thread -> thread.getName().startsWith("syncguard-"));
            server.resume();
            Await.until("only this test's own connection is left", () -> raw.info("clients")
                    .contains("connected_clients:1\r"));
        }
    }

    /** A client of one connection, without any timeout of its own. */
    private RedisClient patientClient() {
        RedisClient client = RedisClient.builder()
                .hostAndPort(new HostAndPort("127.0.0.1", server.port()))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .resp2()
                        .timeoutMillis(0)
                        .build())
                .build();
        client.getPool().setMaxTotal(1);
        client.getPool().setMaxWait(Duration.ofMillis(-1));
        return client;
    }

    private static LockException failureWithin(Duration limit, ThrowingCallable call) {
        long start = System.nanoTime();
        LockException e = failureOf(call);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
        return e;
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

        static Caller waitingForServer(ThrowingCallable call) {
            Caller caller = new Caller(call);
            caller.thread.start();
            Await.until("the caller waits for the server", caller::isInSocketRead);
            return caller;
        }

        static Caller waitingForConnection(ThrowingCallable call) {
            Caller caller = new Caller(call);
            caller.thread.start();
            Await.until(
                    "the caller waits for a connection",
                    () -> caller.isIn("GenericObjectPool", "borrowObject")
                            && caller.thread.getState() == Thread.State.TIMED_WAITING);
            return caller;
        }

        private boolean isInSocketRead() {
            return isIn("NioSocketImpl", "read");
        }

        private boolean isIn(String type, String method) {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getClassName().contains(type) && frame.getMethodName().contains(method)) {
                    return true;
                }
            }
            return false;
        }

        void awaitEnd() throws InterruptedException {
            thread.join(2_000);
            assertThat(thread.isAlive()).as("the call goes on").isFalse();
        }
    }
}
