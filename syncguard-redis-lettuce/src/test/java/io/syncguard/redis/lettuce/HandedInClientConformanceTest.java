package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockKey;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testcontainers.ContainerConformance;
import io.syncguard.testcontainers.TestServer;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;

/** The Lettuce backend on a client that was handed in keeps the contract. */
class HandedInClientConformanceTest extends ContainerConformance {
    private static final TestServer REDIS = TestServer.redis();
    private static final RedisClient CLIENT = RedisClient.create(REDIS.address());

    private final RedisOptions options = RedisOptions.defaults()
            .withKeyPrefix("test-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    HandedInClientConformanceTest() {
        super(REDIS);
    }

    @Override
    protected LockBackend createBackend(String address) {
        return LettuceLockBackend.create(CLIENT, options);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        try (StatefulRedisConnection<String, String> raw = CLIENT.connect()) {
            raw.sync().set(options.keyPrefix() + ":fence:" + key.value(), Long.toString(value));
        }
    }

    @AfterAll
    static void shutDown() {
        CLIENT.shutdown();
    }
}
