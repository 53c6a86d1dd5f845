package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.UnifiedJedis;

/** What a Redis URI may say. */
class JedisUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://127.0.0.1:1?keyprefix=x",
                "redis://127.0.0.1:1?maxConnections=0",
                "redis://127.0.0.1:1?maxConnections=10001",
                "redis://127.0.0.1:1?maxConnections=many",
                "redis://127.0.0.1:1?keyPrefix=app:id",
                "redis://127.0.0.1:1?keyPrefix=app:",
                "redis://127.0.0.1:1?operationTimeoutMillis=0",
                "redis://127.0.0.1:1/first",
                "redis://127.0.0.1:99999",
                "redis+lettuce://127.0.0.1"
            })
    @DisplayName("ERR-4 a URI that makes no sense is INVALID_ARGUMENT, before anything is connected")
    void refused(String uri) {
        assertThatThrownBy(() -> SyncGuard.connect(uri))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
        assertThat(Thread.getAllStackTraces().keySet())
                .as("threads left behind")
                .noneMatch(thread -> thread.getName().startsWith("syncguard-"));
    }

    @Test
    @DisplayName("a URI chooses database and prefix, and redis+jedis:// is redis:// through Jedis")
    void databaseAndPrefix() {
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create(server.uri() + "/3");
                SyncGuard guard = SyncGuard.connect(PatientUri.of(
                        server.uri().replace("redis://", "redis+jedis://") + "/3?keyPrefix=my:app&maxConnections=1"))) {
            assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofSeconds(30))))
                    .isPresent();

            assertThat(raw.exists("my:app:fence:job")).isTrue();
            long expiresAt = guard.lookup("job").orElseThrow().expiresAt().toEpochMilli();
            // As PEXPIRETIME, which came with Redis 7.0.
            Object expiry = raw.eval(
                    "local time = redis.call('TIME') "
                            + "return time[1] * 1000 + time[2] / 1000 + redis.call('PTTL', KEYS[1])",
                    List.of("my:app:job"),
                    List.of());
            assertThat((Long) expiry - expiresAt)
                    .as("RDS-2, TIME-3 ms from the ttl's end to the key's expiry")
                    .isBetween(990L, 1_010L);
        }
    }
}
