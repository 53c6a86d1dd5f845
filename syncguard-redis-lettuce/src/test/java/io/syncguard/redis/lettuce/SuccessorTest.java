package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.Await;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** What opens a second connection when nothing is heard on the first. */
@Timeout(180)
class SuccessorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    @DisplayName(
            "RDS-17 a server that says nothing for more than half the timeout, and then answers, keeps its connection")
    void hiccup() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port());
                SyncGuard guard = SyncGuard.using(new LettuceLockBackendProvider()
                        .open(BackendUri.parse(server.uri() + "?operationTimeoutMillis=" + TIMEOUT.toMillis())))) {
            Await.connected(guard);
            Set<String> before = connections(admin);
            server.suspend();
            CompletableFuture<Boolean> call = guard.async().isLocked("job");
            Pause.of(TIMEOUT.multipliedBy(3).dividedBy(5));

            server.resume();

            assertThat(call.join()).isFalse();
            Pause.of(TIMEOUT.dividedBy(10));
            assertThat(guard.isLocked("job")).isFalse();
            Await.until("it has the connection that it had", () -> connections(admin)
                    .equals(before));
        }
    }

    private static Set<String> connections(Jedis admin) {
        return admin.clientList()
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }
}
