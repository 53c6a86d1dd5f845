package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls that take turns on several connections. */
class SeveralConnectionsTest {
    private static final RedisOptions PATIENT = RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20));

    private final RedisTestServer server = RedisTestServer.start();
    private final RedisClient client = RedisClient.create(server.uri());
    private final StatefulRedisConnection<String, String> raw = client.connect();

    @AfterEach
    void close() {
        client.shutdown();
        server.close();
    }

    private String clients() {
        return raw.sync().info("clients").lines().skip(1).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("a URI says how many connections there are, and OPT-3 closing closes them all")
    void byUri() {
        try (SyncGuard guard = SyncGuard.connect(
                PatientUri.of(server.uri().replace("redis", "redis+lettuce") + "?maxConnections=3"))) {
            use(guard);
        }
        Await.until("our connections are closed", () -> clients().equals("connected_clients:1"));
    }

    @Test
    @DisplayName("a client that was handed in has as many as asked for, and keeps its own")
    void handedIn() {
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT, 3))) {
            use(guard);
        }
        Await.until("our connections are closed", () -> clients().equals("connected_clients:1"));
    }

    private void use(SyncGuard guard) {
        for (int i = 0; i < 10; i++) {
            guard.run("job", () -> {});
        }
        assertThat(clients()).isEqualTo("connected_clients:4");
    }

    @Test
    @DisplayName("ERR-4 a number that makes no sense is refused")
    void refused() {
        assertThatThrownBy(() -> LettuceLockBackend.create(client, RedisOptions.defaults(), 0))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("from 1 to 10000");
    }
}
