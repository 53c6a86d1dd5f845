package io.syncguard.redis.jedis;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClusterGroup;
import io.syncguard.redis.tests.ClusterLayout;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.ShardedChannels;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** The Jedis backend on a client for a cluster that was handed in keeps the contract (CLU-1). */
class ClusterConformanceTest extends LockBackendConformance {
    private static ClusterGroup group;

    private final UnifiedJedis client = JedisClients.cluster(Set.of(new HostAndPort("127.0.0.1", group.firstPort())));
    private final RedisOptions options = RedisOptions.defaults()
            .withKeyPrefix("test-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    @BeforeAll
    static void start() {
        group = new ClusterGroup();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Override
    protected LockBackend createBackend() {
        return ShardedChannels.canWake(JedisLockBackend.create(client, options));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        group.set(new ClusterLayout(options.keyPrefix()).fence(key), Long.toString(value));
    }

    @AfterEach
    void closeClient() {
        client.close();
    }
}
