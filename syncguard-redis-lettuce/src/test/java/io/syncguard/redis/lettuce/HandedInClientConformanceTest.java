package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.RestartableRedis;
import io.syncguard.spi.LockBackend;
import io.syncguard.testcontainers.ContainerConformance;
import io.syncguard.testcontainers.TestServer;
import io.syncguard.testservers.SharedRedis;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** The Lettuce backend on a client that was handed in keeps the contract. */
class HandedInClientConformanceTest extends ContainerConformance {
    private static final TestServer REDIS = TestServer.redis();
    private static final RedisClient CLIENT = RedisClient.create(REDIS.address());

    private final Map<InetSocketAddress, RedisClient> others = new ConcurrentHashMap<>();
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
    protected FaultyNetwork openFaultyNetwork() {
        return FaultyNetwork.to(
                SharedRedis.address(),
                (relay, timeout) -> LettuceLockBackend.create(
                        others.computeIfAbsent(relay, HandedInClientConformanceTest::connect),
                        options.withOperationTimeout(timeout)));
    }

    @Override
    protected RestartableServer startServer() {
        return RestartableRedis.durable((server, timeout) -> LettuceLockBackend.create(
                others.computeIfAbsent(
                        new InetSocketAddress(server.host(), server.port()), HandedInClientConformanceTest::connect),
                options.withOperationTimeout(timeout)));
    }

    private static RedisClient connect(InetSocketAddress server) {
        return RedisClient.create(RedisURI.create(server.getHostString(), server.getPort()));
    }

    @AfterEach
    void shutDownOthers() {
        others.values().forEach(each -> each.shutdown(Duration.ZERO, Duration.ofSeconds(2)));
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
