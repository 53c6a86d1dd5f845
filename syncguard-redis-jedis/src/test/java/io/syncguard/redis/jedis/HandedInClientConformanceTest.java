package io.syncguard.redis.jedis;

import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
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
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** The Jedis backend on a client that was handed in keeps the contract. */
class HandedInClientConformanceTest extends ContainerConformance {
    private static final TestServer REDIS = TestServer.redis();

    private final UnifiedJedis client = JedisClients.create(REDIS.address());
    private final Map<InetSocketAddress, UnifiedJedis> others = new ConcurrentHashMap<>();
    private final RedisOptions options = RedisOptions.defaults()
            .withKeyPrefix("test-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    HandedInClientConformanceTest() {
        super(REDIS);
    }

    @Override
    protected LockBackend createBackend(String address) {
        return JedisLockBackend.create(client, options);
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return new LentConnections(FaultyNetwork.to(
                SharedRedis.address(),
                (relay, timeout) -> JedisLockBackend.create(
                        others.computeIfAbsent(relay, HandedInClientConformanceTest::connect),
                        options.withOperationTimeout(timeout))));
    }

    @Override
    protected RestartableServer startServer() {
        return RestartableRedis.durable((server, timeout) -> JedisLockBackend.create(
                others.computeIfAbsent(
                        new InetSocketAddress(server.host(), server.port()), HandedInClientConformanceTest::connect),
                options.withOperationTimeout(timeout)));
    }

    private static UnifiedJedis connect(InetSocketAddress server) {
        return JedisClients.create(server.getHostString(), server.getPort());
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        client.set(options.keyPrefix() + ":fence:" + key.value(), Long.toString(value));
    }

    @AfterEach
    void closeClients() {
        client.close();
        others.values().forEach(UnifiedJedis::close);
    }
}
