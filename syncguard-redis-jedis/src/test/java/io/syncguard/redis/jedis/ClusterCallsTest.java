package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.ClusterGroup;
import io.syncguard.redis.tests.ClusterLayout;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** How calls find their way in a cluster (CLU-3), on the caller's thread. */
@Timeout(180)
class ClusterCallsTest {
    private static final String HOST = "127.0.0.1";
    private static final String KEY = "job";
    private static final Duration TTL = Duration.ofSeconds(5);
    private static final byte[] FENCE = new ClusterLayout("syncguard").fence(LockKey.of(KEY));

    private static final Set<LockErrorCode> SILENT =
            EnumSet.of(LockErrorCode.NETWORK_TIMEOUT, LockErrorCode.SERVICE_UNAVAILABLE);

    private static ClusterGroup group;

    private final HandedInClients clients = new HandedInClients();

    /** Whose the client is. */
    private enum Client {
        OWN,
        HANDED_IN
    }

    @BeforeAll
    static void start() {
        group = new ClusterGroup();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    private SyncGuard guard(Client whose, int operationTimeoutMillis) {
        String uri = "redis-cluster+jedis://" + group.nodes() + "?operationTimeoutMillis=" + operationTimeoutMillis;
        LockBackend backend = whose == Client.OWN ? (LockBackend) SyncGuard.openBackend(uri) : clients.backend(uri);
        return SyncGuard.using(backend);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "OPT-1, OPT-2 a call that a silent master keeps waits on the caller's thread, and ends in time or when interrupted")
    void silentMaster(Client whose) throws InterruptedException {
        try (SyncGuard guard = guard(whose, 20_000);
                SyncGuard hasty = guard(whose, 1_000)) {
            // An acquire that the silent master of the run before was sent may have landed after that guard was closed.
            Await.until("the key is free", () -> succeeds(guard));
            Await.until("it is connected", () -> succeeds(hasty));
            RedisTestServer owner = group.ownerOf(FENCE);
            owner.suspend();
            try {
                AtomicReference<LockException> failure = new AtomicReference<>();
                Thread caller = new Thread(() -> failure.set(catchThrowableOfType(
                        LockException.class,
                        () -> guard.tryAcquire(KEY, LockOptions.defaults().withTtl(TTL)))));
                caller.start();
                Await.until("the caller waits for the server", () -> StackOf.contains(caller, "NioSocketImpl", "read"));
                caller.interrupt();
                caller.join(TimeUnit.SECONDS.toMillis(30));
                assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);

                // With a connection to read from, and without one. A replica may take over meanwhile.
                for (int i = 0; i < 2; i++) {
                    try (StallMeter stalls = StallMeter.start()) {
                        LockException late = catchThrowableOfType(LockException.class, () -> hasty.tryAcquire(
                                        KEY, LockOptions.defaults().withTtl(TTL))
                                .ifPresent(HeldLock::close));
                        assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
                        if (late != null) {
                            assertThat(late.code()).isIn(SILENT);
                        }
                    }
                }
            } finally {
                owner.resume();
            }
            Await.until("it is there again", () -> succeeds(hasty));
        }
        group.awaitWhole();
    }

    private static boolean succeeds(SyncGuard guard) {
        try {
            guard.run(KEY, () -> {});
            return true;
        } catch (LockException e) {
            return false;
        }
    }

    @Test
    @DisplayName("The pools of a client that was handed in are left alone")
    void leavesPoolsAlone() {
        try (SyncGuard guard = guard(Client.HANDED_IN, 20_000)) {
            for (int i = 0; i < 20; i++) {
                guard.run("job-" + i, () -> {});
            }
            assertThat(JedisDifferences.cluster(clients.last()).getNodes().values())
                    .isNotEmpty()
                    .allMatch(pool -> pool.getBorrowedCount() == 0 && pool.getCreatedCount() == 0);
        }
    }

    @Test
    @DisplayName("OPT-3 a client for a cluster that its owner has closed is not used any more, and says so")
    void clientIsClosed() {
        try (SyncGuard guard = guard(Client.HANDED_IN, 20_000)) {
            guard.run(KEY, () -> {});

            clients.close();

            LockException e = catchThrowableOfType(LockException.class, () -> guard.isLocked(KEY));
            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).as("nothing was sent").isFalse();
            assertThat(e).hasMessageContaining("closed by the application");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("CLU-3 where a slot has gone is learned from one redirection")
    void redirectionIsRemembered(Client whose) {
        try (SyncGuard guard = guard(whose, 20_000)) {
            guard.run(KEY, () -> {});
            RedisTestServer before = group.ownerOf(FENCE);
            group.migrate(FENCE).finish();
            long redirections = redirections(before);

            for (int i = 0; i < 20; i++) {
                guard.run(KEY, () -> {});
            }

            assertThat(redirections(before) - redirections).isEqualTo(1);
        }
    }

    private static long redirections(RedisTestServer server) {
        try (Jedis admin = new Jedis(HOST, server.port())) {
            return admin.info("errorstats")
                    .lines()
                    .filter(line -> line.startsWith("errorstat_MOVED:count="))
                    .mapToLong(line -> Long.parseLong(line.substring("errorstat_MOVED:count=".length())))
                    .sum();
        }
    }

    @Test
    @DisplayName("CLU-3, RDS-5 a request whose reply is lost is not sent again unseen")
    void notSentAgainUnseen() {
        try (FaultProxy proxy = new FaultProxy(group.ownerOf(FENCE).port())) {
            ClusterRunner runner = runner(new ProxiedNodes(proxy));
            try {
                byte[] counter =
                        (new String(FENCE, StandardCharsets.UTF_8) + ":count").getBytes(StandardCharsets.UTF_8);
                assertThat(run(runner, call(), Command.INCR, counter)).isEqualTo(1L);
                proxy.cutReplyToNext("INCR");
                InFlightCall cut = call();

                assertThatThrownBy(() -> run(runner, cut, Command.INCR, counter))
                        .isInstanceOf(JedisConnectionException.class);

                assertThat(cut.wasSent()).isTrue();
                assertThat(cut.wasSentBefore()).isFalse();
                assertThat(run(runner, call(), Command.INCR, counter)).isEqualTo(3L);
            } finally {
                runner.close();
            }
        }
    }

    @Test
    @DisplayName(
            "RDS-17, CLU-3 who took over from a silent master is found out on behalf of a call that still waits for it")
    void lookAtHalfTime() throws InterruptedException {
        ClusterConnections cluster = connections(new TestNodes());
        ClusterRunner runner = new ClusterRunner(cluster);
        RedisTestServer hung = group.ownerOf(FENCE);
        int slot = JedisClusterCRC16.getSlot(FENCE);
        String before = HOST + ":" + hung.port();
        try {
            assertThat(run(runner, call(), Command.EXISTS, FENCE)).isInstanceOf(Long.class);
            assertThat(cluster.owner(slot, call())).isEqualTo(before);
            hung.suspend();
            InFlightCall waiting = new InFlightCall(System.nanoTime() + TimeUnit.SECONDS.toNanos(12));
            Thread caller = new Thread(() -> {
                Throwable unused = catchThrowable(() -> run(runner, waiting, Command.EXISTS, FENCE));
            });
            caller.start();

            Await.until("the replica is known", () -> !before.equals(cluster.owner(slot, call())));

            assertThat(run(runner, call(), Command.EXISTS, FENCE)).isInstanceOf(Long.class);
            caller.join(TimeUnit.SECONDS.toMillis(60));
        } finally {
            hung.resume();
            runner.close();
            group.awaitWhole();
        }
    }

    private static ClusterRunner runner(ClusterNodes nodes) {
        return new ClusterRunner(connections(nodes));
    }

    private static ClusterConnections connections(ClusterNodes nodes) {
        return new ClusterConnections(
                new CallWatchdog(),
                DaemonThreads.perTask("test"),
                nodes,
                2,
                CallDeadlines.withinOperationTimeout(Duration.ofSeconds(20)));
    }

    private static InFlightCall call() {
        return new InFlightCall(System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
    }

    private static Object run(ClusterRunner runner, InFlightCall call, Command command, byte[] key) {
        return runner.run(new CommandObject<>(new CommandArguments(command).key(key), call), call);
    }

    @Test
    @DisplayName("CLU-3 a node that a client does not know yet is waited for until it does, within the call's time")
    void unknownNode() {
        String owner = HOST + ":" + group.ownerOf(FENCE).port();
        HidingNodes nodes = new HidingNodes(owner);
        ClusterRunner runner = runner(nodes);
        try {
            assertThat(run(runner, call(), Command.EXISTS, FENCE)).isInstanceOf(Long.class);
            assertThat(nodes.hidden).isEmpty();
        } finally {
            runner.close();
        }
    }

    /** Nodes as they are. Connections have no timeouts. */
    private static class TestNodes implements ClusterNodes {
        @Override
        public Collection<String> first() {
            return group.masterPorts().stream().map(port -> HOST + ":" + port).toList();
        }

        @Override
        public @Nullable ConnectionSource source(String node) {
            PooledObjectFactory<Connection> factory = factory(node);
            return factory == null ? null : new OwnConnectionSource(factory, 20_000);
        }

        @Override
        public @Nullable PooledObjectFactory<Connection> factory(String node) {
            return new ConnectionFactory(
                    HostAndPort.from(node),
                    JedisClients.resp2(DefaultJedisClientConfig.builder())
                            .timeoutMillis(0)
                            .build());
        }

        @Override
        public void learn() {}

        @Override
        public boolean isClosed() {
            return false;
        }
    }

    /** Knows a node only once it was told to learn for the second time, as a client that was looking already. */
    private static final class HidingNodes extends TestNodes {
        private final Set<String> hidden = ConcurrentHashMap.newKeySet();
        private volatile boolean told;

        HidingNodes(String hidden) {
            this.hidden.add(hidden);
        }

        @Override
        public @Nullable PooledObjectFactory<Connection> factory(String node) {
            return hidden.contains(node) ? null : super.factory(node);
        }

        @Override
        public void learn() {
            if (told) {
                hidden.clear();
            }
            told = true;
        }
    }

    /** Reaches each node through a proxy to one of them. */
    private static final class ProxiedNodes extends TestNodes {
        private final String proxy;

        ProxiedNodes(FaultProxy proxy) {
            this.proxy = proxy.uri().substring("redis://".length());
        }

        @Override
        public @Nullable PooledObjectFactory<Connection> factory(String node) {
            return super.factory(proxy);
        }
    }
}
