package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** Servers that are down, gone, or do not let us in. */
@Timeout(180)
public abstract class ServerFailures {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private static final Duration TTL = Duration.ofSeconds(30);

    /** Much less than the operation timeout of a {@link PatientUri}. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    @Test
    @DisplayName(
            "RDS-16 a server that is no master any more does nothing, and is not asked again over the same connection")
    protected void demoted() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()));
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            guard.run("warm-up", () -> {});
            admin.replicaof("127.0.0.1", 1);
            Set<String> before = connections(admin);

            LockException e = catchThrowableOfType(
                    LockException.class,
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).isFalse();
            Await.until("the connection is closed", () -> !connections(admin).containsAll(before));
            admin.replicaofNoOne();
            assertThat(admin.keys("syncguard:*job*")).isEmpty();
            assertThat(guard.call("job", HeldLock::isHeld)).isTrue();
        }
    }

    static Set<String> connections(Jedis admin) {
        return admin.clientList()
                .lines()
                .map(line -> line.replaceFirst(" .*", ""))
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("RDS-5 after a restart the first call works, however many idle connections died unnoticed")
    protected void manyDeadConnections() throws Exception {
        int crowd = 32;
        ExecutorService callers = Executors.newFixedThreadPool(crowd);
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            guard.run("warm-up", () -> {});
            server.suspend();
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < crowd; i++) {
                String key = "job-" + i;
                calls.add(callers.submit(
                        () -> guard.tryAcquire(key, LockOptions.defaults().withTtl(TTL))
                                .orElseThrow()));
            }
            Pause.millis(500);
            server.resume();
            for (Future<?> call : calls) {
                call.get();
            }

            server.kill();
            server.restart();

            assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();
        } finally {
            callers.shutdown();
        }
    }

    @Test
    @DisplayName(
            "ERR-1, OPT-2 a server that is down is SERVICE_UNAVAILABLE at once, with the client's exception as cause")
    protected void serverDown() {
        try (StallMeter stalls = StallMeter.start();
                RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            guard.run("warm-up", () -> {});
            server.kill();

            for (int call = 0; call < 3; call++) {
                long begun = System.nanoTime();
                LockException e = failureOf(
                        () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("OPT-2 nobody waits for a server that refuses the connection")
                        .isLessThan(AT_ONCE.plus(stalls.worst()));
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                if (call > 0) {
                    // The first may have been sent before the client noticed.
                    assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();
                }
                assertThat(e.getCause()).as("the client's own exception").isNotNull();
                assertThat(e.getMessage()).as("KEY-8").doesNotContain("job");
            }
        }
    }

    @Test
    @DisplayName("OPT-2, ACQ-4 a call in flight when the server dies ends at once, with an unknown outcome")
    protected void diesDuringCall() {
        try (StallMeter stalls = StallMeter.start();
                RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            guard.run("warm-up", () -> {});
            server.suspend();
            CompletableFuture<Optional<AsyncHeldLock>> call =
                    guard.async().tryAcquire("job", LockOptions.defaults().withTtl(TTL));
            // A busy machine takes its time to send it, and a server that is suspended says nothing of what has come.
            Pause.millis(1_000);

            long begun = System.nanoTime();
            server.kill();

            LockException e = LockException.within(catchThrowable(call::join)).orElseThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("OPT-2 nobody waits for a server that refuses the connection")
                    .isLessThan(AT_ONCE.plus(stalls.worst()));
            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).as("it was sent").isTrue();
        }
    }

    @Test
    @DisplayName("ERR-2, RDS-8 a read that the user may not make is AUTH_FAILED, and no value is called foreign")
    protected void forbiddenRead() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.aclSetUser("app", "on", ">secret", "~*", "&*", "+@all");
            LockBackend backend = open("redis://app:secret@127.0.0.1:" + server.port());
            try (SyncGuard guard = SyncGuard.using(backend)) {
                HeldLock held = guard.acquire("job");

                admin.aclSetUser("app", "-get");

                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        () -> guard.acquire("job").close(),
                        () -> guard.tryAcquire("other"),
                        () -> held.extend(TTL),
                        held::release,
                        () -> guard.isLocked("job"),
                        () -> guard.lookup("job"),
                        () -> guard.owns(held.id()))) {
                    LockException e = catchThrowableOfType(LockException.class, call);
                    if (e != null) {
                        assertThat(e.code()).as(e.getMessage()).isEqualTo(LockErrorCode.AUTH_FAILED);
                    }
                }
                assertThat(catchThrowableOfType(LockException.class, held::release))
                        .isNotNull();
                admin.aclSetUser("app", "+get");
                assertThat(held.release()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("ERR-1 a wrong password is AUTH_FAILED, and no message shows it")
    protected void wrongPassword() {
        try (RedisTestServer server = RedisTestServer.start("--requirepass", "right");
                SyncGuard none = SyncGuard.using(open(server.uri()));
                SyncGuard wrong = SyncGuard.using(open("redis://:s3cret@127.0.0.1:" + server.port()));
                SyncGuard right = SyncGuard.using(open("redis://:right@127.0.0.1:" + server.port()))) {
            LockException withoutAny = failureOf(
                    () -> none.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));
            LockException withWrong = failureOf(
                    () -> wrong.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(withoutAny.code()).isEqualTo(LockErrorCode.AUTH_FAILED);
            assertThat(withWrong.code()).isEqualTo(LockErrorCode.AUTH_FAILED);
            assertThat(withWrong).hasMessageNotContaining("s3cret");
            assertThat(right.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();
        }
    }

    @Test
    @DisplayName("ERR-2 a read-only replica is SERVICE_UNAVAILABLE, and nothing is held")
    protected void readOnlyReplica() {
        try (RedisTestServer primary = RedisTestServer.start();
                RedisTestServer replica =
                        RedisTestServer.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
                SyncGuard guard = SyncGuard.using(open(replica.uri()))) {
            LockException e = failureOf(
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).isFalse();
        }
    }

    @Test
    @DisplayName("OPT-3 closing closes idle connections")
    protected void closesConnections() {
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port())) {
            try (SyncGuard guard = SyncGuard.using(open(server.uri()))) {
                guard.run("job", () -> {});
                assertThat(raw.info("clients")).as("ours as well").doesNotContain("connected_clients:1\r");
            }

            Await.until("the connection is closed", () -> raw.info("clients").contains("connected_clients:1\r"));
        }
    }

    private static LockException failureOf(ThrowingCallable call) {
        LockException e = catchThrowableOfType(LockException.class, call);
        assertThat(e).as("a LockException").isNotNull();
        return e;
    }
}
