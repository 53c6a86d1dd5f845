package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A client that was handed in, with whatever options its owner gave it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class HandedInClientTest {
    private static final RedisOptions PATIENT = RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20));
    private static final RedisOptions HASTY = RedisOptions.defaults()
            .withOperationTimeout(Duration.ofMillis(600))
            .withConnectTimeout(Duration.ofMillis(600));

    private final RedisTestServer server = RedisTestServer.start();
    private final RedisClient client = RedisClient.create(server.uri());

    /** The first connection of a JVM loads classes for longer than the short timeout. */
    @BeforeEach
    void loadClasses() {
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT))) {
            guard.run("warm-up", () -> {});
        }
    }

    @AfterEach
    void close() {
        client.shutdown();
        server.close();
    }

    @Test
    @DisplayName(
            "OPT-2 the operation timeout bounds a client whose own is a minute, while it works and while it connects")
    void boundsPatientClient() {
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, HASTY));
                SyncGuard fresh = SyncGuard.using(LettuceLockBackend.create(client, HASTY))) {
            Await.connected(guard);
            server.suspend();

            assertTimesOut(guard);
            assertTimesOut(fresh);

            server.resume();
            Await.connected(guard);
            Await.connected(fresh);
        }
    }

    private static void assertTimesOut(SyncGuard guard) {
        try (StallMeter stalls = StallMeter.start()) {
            LockException e = catchThrowableOfType(LockException.class, () -> guard.isLocked("job"));

            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(1));
            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        }
    }

    @Test
    @DisplayName("OPT-3 closing closes our connection and leaves the client to its owner")
    void leavesTheClient() {
        SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT));
        guard.run("job", () -> {});
        try (StatefulRedisConnection<String, String> raw = client.connect()) {
            Await.until(
                    "only ours and this test's connection are there",
                    () -> raw.sync().info("clients").contains("connected_clients:2\r"));

            guard.close();

            Await.until(
                    "our connection is closed", () -> raw.sync().info("clients").contains("connected_clients:1\r"));
        }
    }

    @Test
    @DisplayName("a client that does not reconnect by itself is connected again by the next call")
    void withoutAutoReconnect() {
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT))) {
            guard.run("job", () -> {});
            server.kill();
            LockException e = catchThrowableOfType(LockException.class, () -> guard.isLocked("job"));
            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);

            server.restart();

            assertThat(guard.isLocked("job")).isFalse();
        }
    }

    @Test
    @DisplayName("OPT-4, ERR-1 a client that its owner has shut down is SERVICE_UNAVAILABLE, and no call throws for it")
    void shutDownByItsOwner() {
        RedisClient other = RedisClient.create(server.uri());
        try (SyncGuard used = SyncGuard.using(LettuceLockBackend.create(other, PATIENT));
                SyncGuard fresh = SyncGuard.using(LettuceLockBackend.create(other, PATIENT))) {
            used.run("warm-up", () -> {});
            other.shutdown();

            for (SyncGuard guard : List.of(used, fresh)) {
                CompletableFuture<Boolean> future = guard.async().isLocked("job");
                LockException e = catchThrowableOfType(LockException.class, () -> guard.isLocked("job"));

                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(future.handle((locked, failure) -> failure).join()).isInstanceOf(LockException.class);
            }
        }
    }

    @Test
    @DisplayName("OPT-2, OPT-5 a call from a Lettuce callback works or is refused at once, and never waits for itself")
    void calledFromCallbacks() {
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT))) {
            guard.run("warm-up", () -> {});
            List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
            // More than there are threads to read them, so that one shares its thread with the backend.
            for (int i = 0; i < 2 * client.getResources().ioThreadPoolSize(); i++) {
                connections.add(client.connect());
            }
            List<String> outcomes = new ArrayList<>();
            long start = System.nanoTime();

            for (StatefulRedisConnection<String, String> connection : connections) {
                // Sent only when the callback is in place, which then runs where the reply is read.
                connection.setAutoFlushCommands(false);
                CompletionStage<String> outcome = connection.async().ping().thenApply(pong -> outcome(guard));
                connection.flushCommands();
                outcomes.add(outcome.toCompletableFuture().join());
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            assertThat(outcomes).contains("free", "refused").containsOnly("free", "refused");
        }
    }

    private static String outcome(SyncGuard guard) {
        try {
            return guard.isLocked("job") ? "locked" : "free";
        } catch (LockException e) {
            return e.code() == LockErrorCode.ABORTED && e.getMessage().contains("another thread")
                    ? "refused"
                    : e.getMessage();
        }
    }
}
