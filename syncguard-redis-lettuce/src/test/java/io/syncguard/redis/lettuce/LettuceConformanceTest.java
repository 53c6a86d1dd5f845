package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.util.UUID;

/** The Lettuce backend, opened from its URI, keeps the contract. */
class LettuceConformanceTest extends LockBackendConformance {
    private final String prefix = "test-" + UUID.randomUUID();

    @Override
    protected LockBackend createBackend() {
        return new LettuceLockBackendProvider().open(BackendUri.parse(SharedRedis.uri() + "?keyPrefix=" + prefix));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        RedisClient client = RedisClient.create(SharedRedis.uri());
        try (StatefulRedisConnection<String, String> raw = client.connect()) {
            raw.sync().set(prefix + ":fence:" + key.value(), Long.toString(value));
        } finally {
            client.shutdown();
        }
    }
}
