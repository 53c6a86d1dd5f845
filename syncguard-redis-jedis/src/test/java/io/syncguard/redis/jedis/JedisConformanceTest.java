package io.syncguard.redis.jedis;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.util.UUID;
import redis.clients.jedis.RedisClient;

/** The Jedis backend, opened from its URI, keeps the contract. */
class JedisConformanceTest extends LockBackendConformance {
    private final String prefix = "test-" + UUID.randomUUID();

    @Override
    protected LockBackend createBackend() {
        return new JedisLockBackendProvider().open(BackendUri.parse(SharedRedis.uri() + "?keyPrefix=" + prefix));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        try (RedisClient raw = RedisClient.create(SharedRedis.uri())) {
            raw.set(prefix + ":fence:" + key.value(), Long.toString(value));
        }
    }
}
