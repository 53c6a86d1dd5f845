package io.syncguard.redis.jedis;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** The Jedis backend on a client that was handed in keeps the contract. */
class HandedInClientConformanceTest extends LockBackendConformance {
    private final UnifiedJedis client = JedisClients.create(SharedRedis.uri());
    private final RedisOptions options = RedisOptions.defaults()
            .withKeyPrefix("test-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    @Override
    protected LockBackend createBackend() {
        return JedisLockBackend.create(client, options);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        client.set(options.keyPrefix() + ":fence:" + key.value(), Long.toString(value));
    }

    @AfterEach
    void closeClient() {
        client.close();
    }
}
