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
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.SentinelGroup;
import io.syncguard.redis.tests.ShardedChannels;
import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
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
                withServer(server -> test.run(JedisClients.create(server), List.of(server.getPort())));
            }
        },
        JEDIS_POOLED("JedisPooled") {
            @Override
            void withClient(Test test) {
                withServer(server -> test.run(JedisClients.formerServer(server, CONFIG), List.of(server.getPort())));
            }
        },
        UNIFIED_JEDIS("UnifiedJedis") {
            @Override
            @SuppressWarnings("deprecation") // Its only constructor that is public in every version.
            void withClient(Test test) {
                withServer(server -> test.run(
                        new UnifiedJedis(new PooledConnectionProvider(server, CONFIG), 3, Duration.ofSeconds(10)),
                        List.of(server.getPort())));
            }
        },
        REDIS_SENTINEL_CLIENT("RedisSentinelClient") {
            @Override
            void withClient(Test test) {
                withSentinels((sentinels, master) ->
                        test.run(JedisClients.sentinel("mymaster", CONFIG, sentinels, CONFIG), List.of(master)));
            }
        },
        JEDIS_SENTINELED("JedisSentineled") {
            @Override
            void withClient(Test test) {
                withSentinels((sentinels, master) ->
                        test.run(JedisClients.formerSentinel("mymaster", CONFIG, sentinels, CONFIG), List.of(master)));
            }
        },
        REDIS_CLUSTER_CLIENT("RedisClusterClient") {
            @Override
            void withClient(Test test) {
                withCluster((nodes, ports) -> test.run(JedisClients.cluster(nodes), ports));
            }
        },
        JEDIS_CLUSTER("JedisCluster") {
            @Override
            void withClient(Test test) {
                withCluster((nodes, ports) -> test.run(JedisClients.formerCluster(nodes, CONFIG), ports));
            }
        };

        private final String client;

        Kind(String client) {
            this.client = client;
        }

        abstract void withClient(Test test);

        /** Uses a client, which is closed afterwards, and says at which ports its masters are. */
        interface Test {
            void run(UnifiedJedis client, List<Integer> masters);
        }

        private static void withServer(Consumer<HostAndPort> test) {
            try (RedisTestServer server = RedisTestServer.start()) {
                test.accept(new HostAndPort(HOST, server.port()));
            }
        }

        private static void withSentinels(BiConsumer<Set<HostAndPort>, Integer> test) {
            try (SentinelGroup group = new SentinelGroup()) {
                test.accept(
                        Arrays.stream(group.sentinels().split(",", -1))
                                .map(HostAndPort::from)
                                .collect(Collectors.toSet()),
                        group.masterPort());
            }
        }

        private static void withCluster(BiConsumer<Set<HostAndPort>, List<Integer>> test) {
            ShardedChannels.assume();
            try (RedisTestCluster cluster = RedisTestCluster.start(3, 0)) {
                List<Integer> ports =
                        cluster.servers().stream().map(RedisTestServer::port).toList();
                test.accept(Set.of(new HostAndPort(HOST, ports.get(0))), ports);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-27 locks and fenced values work through every kind of client, and a release wakes who waits")
    void works(Kind kind) {
        assumeTrue(JedisClients.has(kind.client), "this version of Jedis has no " + kind.client);
        kind.withClient((client, masters) -> {
            try (client;
                    SyncGuard guard = SyncGuard.using(JedisLockBackend.create(client, OPTIONS));
                    SyncGuard other = SyncGuard.using(JedisLockBackend.create(client, OPTIONS));
                    RedisFencedValues values = JedisFencedValues.create(client, Duration.ofSeconds(20))) {
                HeldLock first = guard.acquire("job", LONG);
                assertThat(other.isLocked("job")).isTrue();
                CompletableFuture<HeldLock> waiting = CompletableFuture.supplyAsync(() -> other.acquire("job", LONG));
                Await.until(
                        "it listens for the release", () -> masters.stream().anyMatch(HandedInKindsTest::isListenedAt));

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

    private static boolean isListenedAt(int port) {
        try (Jedis admin = new Jedis(HOST, port)) {
            Set<String> channels = new HashSet<>(admin.pubsubChannels());
            if (!RedisTestServer.version().isBeforeRedis7()) {
                channels.addAll(admin.pubsubShardChannels());
            }
            return channels.stream().anyMatch(channel -> !channel.startsWith("__sentinel__"));
        }
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
