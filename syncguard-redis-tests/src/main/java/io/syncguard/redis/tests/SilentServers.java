package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/**
 * Servers that fall silent without closing a connection: they hang, or whatever leads to them has forgotten a connection. Each costs
 * a call its operation timeout, and then a connection that works takes its place (RDS-17).
 */
@Tag("side-by-side")
@Timeout(300)
public abstract class SilentServers {
    /** Whose the client is. */
    protected enum Client {
        OWN,
        HANDED_IN
    }

    /** The time that a busy machine may add to a timeout; stalls of this process are measured and added to it. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Where a call that fails for want of time would be taken for one that meets a silent connection. */
    private static final Duration PATIENT = Duration.ofSeconds(5);

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int MANY = 8;

    private static final Set<LockErrorCode> SILENT =
            EnumSet.of(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);

    private final List<AutoCloseable> clients = new ArrayList<>();

    /** Returns the backend that this client opens for a URI. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that is handed in, for one server. */
    protected abstract LockBackend single(int port, RedisOptions options);

    /** Returns a backend on a client that is handed in, for the master that sentinels name. */
    protected abstract LockBackend sentinel(List<Integer> sentinelPorts, RedisOptions options);

    /** Returns a backend on a client that is handed in, for a cluster. */
    protected abstract LockBackend cluster(List<Integer> ports, RedisOptions options);

    /** Keeps a client that was handed in, to be closed after the test. */
    protected final void keep(AutoCloseable client) {
        clients.add(client);
    }

    @AfterEach
    protected void closeClients() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
    }

    private SyncGuard guard(
            Client client,
            String scheme,
            String addresses,
            Duration timeout,
            BiFunction<List<Integer>, RedisOptions, LockBackend> handedIn) {
        String uri = scheme + "://" + addresses + (scheme.contains("sentinel") ? "?master=mymaster&" : "?")
                + "operationTimeoutMillis=" + timeout.toMillis();
        List<Integer> ports = Stream.of(addresses.split(",", -1))
                .map(each -> Integer.valueOf(each.substring(each.indexOf(':') + 1)))
                .toList();
        return SyncGuard.using(
                client == Client.OWN
                        ? open(uri)
                        : handedIn.apply(ports, RedisOptions.defaults().withOperationTimeout(timeout)));
    }

    private SyncGuard guardOn(FaultProxy proxy, Client client, Duration timeout) {
        return guard(client, "redis", address(proxy), timeout, (ports, options) -> single(ports.get(0), options));
    }

    private static String address(FaultProxy proxy) {
        return proxy.uri().substring("redis://".length());
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17 connections that lead nowhere cost one failed call, however many there are, and the next one works")
    protected void connectionsAreForgotten(Client client) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = guardOn(proxy, client, PATIENT)) {
            Await.connected(guard);
            openMany(guard);
            assertThat(proxy.silenceAll()).isPositive();

            int failed = 0;
            for (int i = 0; i < 2 * MANY; i++) {
                failed += succeeds(guard, "job") ? 0 : 1;
            }

            assertThat(failed).as("failed calls").isLessThanOrEqualTo(1);
        }
    }

    /** Has a pool open its connections. */
    private static void openMany(SyncGuard guard) {
        CompletableFuture.allOf(IntStream.range(0, 20 * MANY)
                        .mapToObj(i -> guard.async().isLocked("job-" + i))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private static boolean succeeds(SyncGuard guard, String key) {
        try {
            guard.run(key, () -> {});
            return true;
        } catch (LockException e) {
            assertThat(e.code()).isIn(SILENT);
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("RDS-17, WAI-4 a subscription that leads nowhere is found out without a call, and replaced")
    protected void subscriptionIsForgotten(Client client) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = guardOn(proxy, client, PATIENT);
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            Await.connected(guard);
            waitInVain(guard, admin);
            List<String> before = subscribers(admin);

            assertThat(proxy.silenceAll()).isPositive();

            Await.until("another connection is subscribed", () -> !before.containsAll(subscribers(admin)));
        }
    }

    private static void waitInVain(SyncGuard guard, Jedis admin) {
        HeldLock lock = guard.acquire("job");
        CompletableFuture<?> waiting =
                guard.async().acquire("job", LockOptions.defaults().withTtl(TTL));
        Await.until("it subscribes", () -> !subscribers(admin).isEmpty());
        waiting.cancel(true);
        lock.close();
    }

    private static List<String> subscribers(Jedis admin) {
        return admin.clientList()
                .lines()
                .filter(line -> !line.contains(" sub=0 "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, RDS-16 sentinels replace a master that hangs: calls succeed again within two operation timeouts")
    protected void masterHangs(Client client) {
        try (SentinelGroup group = new SentinelGroup();
                SyncGuard guard = guard(client, "redis-sentinel", group.sentinels(), TIMEOUT, this::sentinel)) {
            Await.connected(guard);
            RedisTestServer hung = group.master();

            hung.suspend();

            succeedsOnceReplaced(guard, "job", () -> group.masterPort() != hung.port());
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, CLU-4 a replica takes the place of a master that hangs: calls succeed again within two operation timeouts")
    protected void masterOfClusterHangs(Client client) {
        try (ClusterGroup group = new ClusterGroup();
                SyncGuard guard = guard(client, "redis-cluster", group.nodes(), TIMEOUT, this::cluster)) {
            Await.connected(guard);
            // One that the client asks first when it looks for the nodes.
            RedisTestServer hung = group.servers().get(0);
            String key = keyOf(group, hung);
            Await.until("the key can be locked", () -> succeeds(guard, key));

            hung.suspend();

            succeedsOnceReplaced(guard, key, () -> group.hasAnotherOwner(fence(key), hung));
        }
    }

    private static String keyOf(ClusterGroup group, RedisTestServer owner) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "job-" + i)
                .filter(key -> group.ownerOf(fence(key)).port() == owner.port())
                .findFirst()
                .orElseThrow();
    }

    private static byte[] fence(String key) {
        return new ClusterLayout("syncguard").fence(LockKey.of(key));
    }

    /** Makes calls until one succeeds after a server was replaced, which must be soon. */
    private static void succeedsOnceReplaced(SyncGuard guard, String key, BooleanSupplier isReplaced) {
        CompletableFuture<Long> replaced = new CompletableFuture<>();
        try (StallMeter stalls = StallMeter.start()) {
            Thread look = new Thread(() -> {
                Await.within(SentinelGroup.PATIENCE, "it is replaced", isReplaced);
                replaced.complete(System.nanoTime());
            });
            look.setDaemon(true);
            look.start();
            long succeededNanos;
            do {
                Await.within(SentinelGroup.PATIENCE.multipliedBy(2), "a call succeeds", () -> succeeds(guard, key));
                succeededNanos = System.nanoTime();
            } while (!replaced.isDone());

            assertThat(Duration.ofNanos(succeededNanos - replaced.join()))
                    .as("after the replacement served")
                    .isLessThan(TIMEOUT.multipliedBy(2).plus(SLACK).plus(stalls.worst()));
        }
    }
}
