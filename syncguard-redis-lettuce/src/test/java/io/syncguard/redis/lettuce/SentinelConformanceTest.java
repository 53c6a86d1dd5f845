package io.syncguard.redis.lettuce;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.SentinelGroup;
import io.syncguard.spi.LockBackend;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import redis.clients.jedis.Jedis;

/** The Lettuce backend keeps the contract behind sentinels (RDS-16). */
class SentinelConformanceTest extends LockBackendConformance {
    private static SentinelGroup group;

    private final String prefix = "test-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        group = new SentinelGroup();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Override
    protected LockBackend createBackend() {
        return new LettuceLockBackendProvider()
                .open(PatientUri.parse("redis-sentinel://" + group.sentinels() + "?keyPrefix=" + prefix));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        try (Jedis raw = new Jedis("127.0.0.1", group.masterPort())) {
            raw.set(prefix + ":fence:" + key.value(), Long.toString(value));
        }
    }
}
