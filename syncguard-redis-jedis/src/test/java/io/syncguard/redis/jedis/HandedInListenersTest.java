package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.WakeUpSubscription;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.SentinelGroup;
import io.syncguard.redis.tests.ShardedChannels;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.Pool;

/** What listens for releases through a client that was handed in, of any kind: it is replaced when it falls silent, and ends with its guard. */
@Timeout(180)
class HandedInListenersTest {
    private static final String HOST = "127.0.0.1";
    private static final String MASTER = "mymaster";
    private static final LockOptions LONG = LockOptions.defaults().withTtl(Duration.ofMinutes(1));

    private static final WakeUpSubscription.Listener NOBODY = new WakeUpSubscription.Listener() {
        @Override
        public void subscribed() {}

        @Override
        public void messageReceived(byte[] message) {}
    };

    /** How a client for one server is made. */
    enum Kind {
        REDIS_CLIENT {
            @Override
            Client client(HostAndPort server) {
                UnifiedJedis client = JedisClients.create(server);
                return new Client(client, () -> List.of(JedisDifferences.pool(client)));
            }
        },
        UNIFIED_JEDIS_THAT_RETRIES {
            @Override
            @SuppressWarnings("deprecation") // Its only public constructor.
            Client client(HostAndPort server) {
                return on(
                        new PooledConnectionProvider(server),
                        provider -> new UnifiedJedis(provider, 3, Duration.ofSeconds(10)));
            }
        },
        UNIFIED_JEDIS_OF_THE_APPLICATION {
            @Override
            Client client(HostAndPort server) {
                return on(new PooledConnectionProvider(server), OfTheApplication::new);
            }
        },
        UNIFIED_JEDIS_WITH_THIRD_PROTOCOL {
            @Override
            Client client(HostAndPort server) {
                return on(
                        new PooledConnectionProvider(
                                server,
                                DefaultJedisClientConfig.builder()
                                        .protocol(RedisProtocol.RESP3)
                                        .build()),
                        OfTheApplication::new);
            }
        };

        abstract Client client(HostAndPort server);
    }

    /** A client, and the pools of it from which connections are taken. */
    private record Client(UnifiedJedis jedis, Supplier<Collection<? extends Pool<Connection>>> pools)
            implements AutoCloseable {
        int active() {
            return pools.get().stream().mapToInt(Pool::getNumActive).sum();
        }

        SyncGuard guard() {
            return SyncGuard.using(JedisLockBackend.create(
                    jedis, RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(5))));
        }

        @Override
        public void close() {
            jedis.close();
        }
    }

    /** As frameworks have their own. */
    private static final class OfTheApplication extends UnifiedJedis {
        OfTheApplication(ConnectionProvider provider) {
            super(provider, (RedisProtocol) null);
        }
    }

    private static Client on(ConnectionProvider provider, Function<ConnectionProvider, UnifiedJedis> make) {
        return new Client(make.apply(provider), () -> pools(provider));
    }

    private static Collection<? extends Pool<Connection>> pools(ConnectionProvider provider) {
        return provider instanceof PooledConnectionProvider pooled
                ? List.of(pooled.getPool())
                : List.of(poolOf((SentineledConnectionProvider) provider));
    }

    /** Not every version tells. */
    @SuppressWarnings("unchecked")
    private static Pool<Connection> poolOf(SentineledConnectionProvider provider) {
        try {
            Field pool = SentineledConnectionProvider.class.getDeclaredField("pool");
            pool.setAccessible(true);
            return (Pool<Connection>) pool.get(provider);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("OPT-3 a guard that has listened leaves no thread, and no connection of the client's in use")
    void server(Kind kind) {
        try (RedisTestServer server = RedisTestServer.start();
                Client client = kind.client(new HostAndPort(HOST, server.port()))) {
            SyncGuard guard = client.guard();
            listen(guard, List.of(server.port()));

            guard.close();

            assertNothingLeft(client);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("OPT-3 the same goes for a guard that closes while it begins to listen")
    void serverAtOnce(Kind kind) {
        try (RedisTestServer server = RedisTestServer.start();
                Client client = kind.client(new HostAndPort(HOST, server.port()))) {
            for (int i = 0; i < 20; i++) {
                SyncGuard guard = client.guard();
                Await.connected(guard);
                HeldLock taken = guard.acquire("job-" + i, LONG);
                CompletableFuture<?> waiting = guard.async().acquire("job-" + i, LONG);
                Await.until("it begins to listen", HandedInListenersTest::isListening);

                guard.close();

                assertNothingLeft(client);
                assertThat(waiting).isCompletedExceptionally();
                assertThat(taken.isHeld()).isFalse();
            }
        }
    }

    private static boolean isListening() {
        return listeners().findAny().isPresent();
    }

    private static Stream<Thread> listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("syncguard-jedis-wake-ups"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("OPT-3 the same goes if the server has fallen silent")
    void silentServer(Kind kind) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                Client client = kind.client(new HostAndPort(HOST, proxy.port()))) {
            SyncGuard guard = client.guard();
            listen(guard, List.of(server.port()));
            proxy.silence(true);

            guard.close();

            assertNothingLeft(client);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("RDS-17, WAI-4 a listener whose connection leads nowhere gets another one")
    void silentConnection(Kind kind) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                Client client = kind.client(new HostAndPort(HOST, proxy.port()));
                SyncGuard guard = client.guard();
                Jedis admin = new Jedis(HOST, server.port())) {
            listen(guard, List.of(server.port()));
            Set<String> before = subscribers(admin);

            assertThat(proxy.silenceAll()).isPositive();

            Await.until("another connection is subscribed", () -> !before.containsAll(subscribers(admin)));
        }
    }

    @Test
    @DisplayName(
            "OPT-3 a listener that waits for a connection, because the application has them all, ends with its guard")
    void noConnectionLeft() {
        ConnectionPoolConfig small = new ConnectionPoolConfig();
        small.setMaxTotal(1);
        try (RedisTestServer server = RedisTestServer.start();
                PooledConnectionProvider provider = new PooledConnectionProvider(
                        new HostAndPort(HOST, server.port()),
                        DefaultJedisClientConfig.builder().build(),
                        small);
                Client client = on(provider, OfTheApplication::new)) {
            JedisSubscription subscription = new JedisSubscription(
                    HandedInSubscriber.of(client.jedis()), new byte[1], Duration.ofSeconds(20), NOBODY);
            try (Connection only = provider.getConnection()) {
                assertThat(only.isConnected()).isTrue();
                subscription.start(0);
                Await.until("it waits for a connection", () -> listeners()
                        .anyMatch(thread -> thread.getState() == Thread.State.WAITING
                                && StackOf.contains(thread, "GenericObjectPool", "borrowObject")));

                subscription.close();

                Await.untilOurThreadsAreGone();
            }
            assertNothingLeft(client);
        }
    }

    @Test
    @DisplayName("OPT-3, RDS-16 the same goes for clients that sentinels tell of the master")
    void sentinels() {
        try (SentinelGroup group = new SentinelGroup()) {
            Set<HostAndPort> sentinels = Arrays.stream(group.sentinels().split(",", -1))
                    .map(HostAndPort::from)
                    .collect(Collectors.toSet());
            JedisClientConfig config = DefaultJedisClientConfig.builder().build();
            UnifiedJedis jedis = JedisClients.sentinel(MASTER, config, sentinels, config);
            List<Client> clients = List.of(
                    new Client(jedis, () -> pools(JedisDifferences.provider(jedis))),
                    on(
                            new SentineledConnectionProvider(
                                    MASTER,
                                    DefaultJedisClientConfig.builder().build(),
                                    sentinels,
                                    DefaultJedisClientConfig.builder().build()),
                            OfTheApplication::new));
            for (Client each : clients) {
                try (each) {
                    SyncGuard guard = each.guard();
                    listen(guard, List.of(group.masterPort()));

                    guard.close();

                    assertNothingLeft(each);
                }
            }
        }
    }

    @Test
    @DisplayName("OPT-3, CLU-5 the same goes for a client for a cluster")
    void cluster() {
        ShardedChannels.assume();
        try (RedisTestCluster cluster = RedisTestCluster.start(3, 0);
                Client client = cluster(cluster)) {
            SyncGuard guard = client.guard();
            listen(guard, List.of());

            guard.close();

            assertNothingLeft(client);
        }
    }

    private static Client cluster(RedisTestCluster cluster) {
        UnifiedJedis jedis = JedisClients.cluster(
                Set.of(new HostAndPort(HOST, cluster.servers().get(0).port())));
        return new Client(
                jedis, () -> JedisDifferences.cluster(jedis).getNodes().values());
    }

    /** Has it wait for a lock in vain, until it is subscribed at the servers at these ports. */
    private static void listen(SyncGuard guard, List<Integer> ports) {
        Await.connected(guard);
        HeldLock lock = guard.acquire("job", LONG);
        CompletableFuture<?> waiting = guard.async().acquire("job", LONG);
        Await.until("it begins to listen", HandedInListenersTest::isListening);
        ports.forEach(port -> {
            try (Jedis admin = new Jedis(HOST, port)) {
                Await.until("it is subscribed", () -> !subscribers(admin).isEmpty());
            }
        });
        waiting.cancel(true);
        lock.close();
    }

    private static Set<String> subscribers(Jedis admin) {
        return admin.clientList()
                .lines()
                .filter(line -> !line.contains(" sub=0 ") && line.contains("cmd=subscribe"))
                // Sentinels listen at their master too.
                .filter(line -> !line.contains(" name=sentinel-"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    private static void assertNothingLeft(Client client) {
        Await.untilOurThreadsAreGone();
        Await.until("no connection is in use", () -> client.active() == 0);
    }
}
