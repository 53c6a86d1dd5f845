package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.SentinelGroup;
import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Clients of every class that a version of Jedis has. Those that it does not have are skipped. */
@Timeout(180)
class HandedInKindsTest {
    private static final String HOST = "127.0.0.1";
    private static final JedisClientConfig CONFIG =
            DefaultJedisClientConfig.builder().build();
    private static final RedisOptions OPTIONS = RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20));
    private static final LockOptions LONG =
            LockOptions.defaults().withTtl(Duration.ofMinutes(2)).withTimeout(Duration.ofMinutes(1));

    /** The class of a client. */
    enum Kind {
        REDIS_CLIENT("RedisClient") {
            @Override
            void withClient(Test test) {
                withServer(server -> test.run(JedisClients.create(server)));
            }
        },
        JEDIS_POOLED("JedisPooled") {
            @Override
            void withClient(Test test) {
                withServer(server -> test.run(JedisClients.formerServer(server, CONFIG)));
            }
        },
        UNIFIED_JEDIS("UnifiedJedis") {
            @Override
            @SuppressWarnings("deprecation") // Its only constructor that is public in every version.
            void withClient(Test test) {
                withServer(server -> test.run(
                        new UnifiedJedis(new PooledConnectionProvider(server, CONFIG), 3, Duration.ofSeconds(10))));
            }
        },
        REDIS_SENTINEL_CLIENT("RedisSentinelClient") {
            @Override
            void withClient(Test test) {
                withSentinels(sentinels -> test.run(JedisClients.sentinel("mymaster", CONFIG, sentinels, CONFIG)));
            }
        },
        JEDIS_SENTINELED("JedisSentineled") {
            @Override
            void withClient(Test test) {
                withSentinels(
                        sentinels -> test.run(JedisClients.formerSentinel("mymaster", CONFIG, sentinels, CONFIG)));
            }
        },
        REDIS_CLUSTER_CLIENT("RedisClusterClient") {
            @Override
            void withClient(Test test) {
                withCluster(nodes -> test.run(JedisClients.cluster(nodes)));
            }
        },
        JEDIS_CLUSTER("JedisCluster") {
            @Override
            void withClient(Test test) {
                withCluster(nodes -> test.run(JedisClients.formerCluster(nodes, CONFIG)));
            }
        };

        private final String client;

        Kind(String client) {
            this.client = client;
        }

        abstract void withClient(Test test);

        /** Uses a client, which is closed afterwards. */
        interface Test {
            void run(UnifiedJedis client);
        }

        private interface Servers<T> {
            void use(T servers);
        }

        private static void withServer(Servers<HostAndPort> test) {
            try (RedisTestServer server = RedisTestServer.start()) {
                test.use(new HostAndPort(HOST, server.port()));
            }
        }

        private static void withSentinels(Servers<Set<HostAndPort>> test) {
            try (SentinelGroup group = new SentinelGroup()) {
                test.use(Arrays.stream(group.sentinels().split(",", -1))
                        .map(HostAndPort::from)
                        .collect(Collectors.toSet()));
            }
        }

        private static void withCluster(Servers<Set<HostAndPort>> test) {
            try (RedisTestCluster cluster = RedisTestCluster.start(3, 0)) {
                test.use(Set.of(new HostAndPort(HOST, cluster.servers().get(0).port())));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-27 locks and fenced values work through every kind of client, and a release wakes who waits")
    void works(Kind kind) {
        assumeTrue(JedisClients.has(kind.client), "this version of Jedis has no " + kind.client);
        kind.withClient(client -> {
            try (client;
                    SyncGuard guard = SyncGuard.using(JedisLockBackend.create(client, OPTIONS));
                    SyncGuard other = SyncGuard.using(JedisLockBackend.create(client, OPTIONS));
                    RedisFencedValues values = JedisFencedValues.create(client, Duration.ofSeconds(20))) {
                HeldLock first = guard.acquire("job", LONG);
                assertThat(other.isLocked("job")).isTrue();
                CompletableFuture<HeldLock> waiting = CompletableFuture.supplyAsync(() -> other.acquire("job", LONG));

                assertThat(values.set("value", "x", first.fence())).isTrue();
                first.release();

                try (HeldLock second = joined(waiting)) {
                    assertThat(second.fence()).isGreaterThan(first.fence());
                    assertThat(values.set("value", "y", second.fence())).isTrue();
                    assertThat(values.set("value", "late", first.fence())).isFalse();
                }
                assertThat(other.isLocked("job")).isFalse();
            }
        });
    }

    private static HeldLock joined(CompletableFuture<HeldLock> waiting) {
        return waiting.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Test
    @DisplayName("RDS-27, ERR-4 a client that shows nobody its connections is INVALID_ARGUMENT, before Jedis 8")
    void withoutProvider() throws Exception {
        assumeFalse(JedisDifferences.HAS_HOOKS, "from version 8 on every client shows its connections to a hook");
        try (RedisTestServer server = RedisTestServer.start();
                Connection connection = new Connection(HOST, server.port());
                UnifiedJedis client =
                        UnifiedJedis.class.getConstructor(Connection.class).newInstance(connection)) {
            assertThatThrownBy(() -> JedisLockBackend.create(client, OPTIONS).close())
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("JedisPooled");
        }
    }
}
