package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClusterGroup;
import io.syncguard.redis.tests.ClusterLayout;
import io.syncguard.redis.tests.ShardedChannels;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The Lettuce backend on a client for a cluster that was handed in keeps the contract (CLU-1). */
class ClusterConformanceTest extends LockBackendConformance {
    private static ClusterGroup group;
    private static RedisClusterClient client;

    private final RedisOptions options = RedisOptions.defaults()
            .withKeyPrefix("test-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    @BeforeAll
    static void start() {
        group = new ClusterGroup();
        client = RedisClusterClient.create(RedisURI.create("127.0.0.1", group.firstPort()));
    }

    @Override
    protected LockBackend createBackend() {
        return ShardedChannels.canWake(LettuceLockBackend.create(client, options));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        group.set(new ClusterLayout(options.keyPrefix()).fence(key), Long.toString(value));
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        group.close();
    }
}
