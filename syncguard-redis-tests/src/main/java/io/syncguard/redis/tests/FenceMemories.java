package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.FenceMemory;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.SharedRedis;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** What fence counters take up. */
public abstract class FenceMemories {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @Test
    @DisplayName("RDS-11 counters of the prefix are counted and measured, over many pages, and nothing else is")
    protected void counted() {
        String prefix = "test-" + UUID.randomUUID();
        int many = 2_345;
        try (LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix);
                UnifiedJedis raw = JedisClients.create(SharedRedis.uri())) {
            assertThat(FenceMemory.of(backend)).isEqualTo(new FenceMemory(prefix, 0, 0));

            assertThat(backend.acquire(LockKey.of("held"), LockId.random(), new Ttl(30_000)))
                    .isInstanceOf(Acquired.class);
            try (Jedis single = new Jedis(SharedRedis.uri());
                    var pipeline = single.pipelined()) {
                for (int i = 1; i < many; i++) {
                    pipeline.set(prefix + ":fence:job-" + i, "1");
                    pipeline.set(prefix + "-other:fence:job-" + i, "1");
                }
                pipeline.sync();
            }

            FenceMemory memory = FenceMemory.of(backend);
            assertThat(memory.keyPrefix()).isEqualTo(prefix);
            assertThat(memory.counters()).isEqualTo(many);
            long one = raw.memoryUsage(prefix + ":fence:job-1");
            assertThat(memory.bytes()).isBetween(many * one * 9 / 10, many * (one + 16));
        }
    }

    @Test
    @DisplayName("RDS-11 a prefix with characters that mean something in a pattern is taken literally")
    protected void pattern() {
        String odd = "a*[b]?^c" + UUID.randomUUID();
        try (LockBackend backend = open(SharedRedis.uri() + "?keyPrefix="
                        + odd.replace("[", "%5B")
                                .replace("]", "%5D")
                                .replace("?", "%3F")
                                .replace("^", "%5E"));
                UnifiedJedis raw = JedisClients.create(SharedRedis.uri())) {
            raw.set(odd + ":fence:one", "1");
            raw.set(odd.replace("*", "xx") + ":fence:two", "1");

            assertThat(FenceMemory.of(backend).counters()).isEqualTo(1);
            assertThat(FenceMemory.of(backend).keyPrefix()).isEqualTo(odd);
        }
    }

    @Test
    @DisplayName("RDS-11, ERR-1 a user that may not look at all keys is told so, and may lock all the same")
    protected void refused() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis(server.uri())) {
            admin.aclSetUser("app", "on", ">secret", "~syncguard:*", "resetchannels", "&syncguard:*", "+@all", "-scan");
            String uri = server.uri().replace("redis://", "redis://app:secret@");
            try (LockBackend backend = open(uri)) {
                assertThatThrownBy(() -> FenceMemory.of(backend))
                        .isInstanceOfSatisfying(
                                LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.AUTH_FAILED));
                assertThat(backend.acquire(LockKey.of("job"), LockId.random(), new Ttl(30_000)))
                        .isInstanceOf(Acquired.class);
            }
        }
    }
}
