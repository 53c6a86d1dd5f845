package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.RemoteHost;
import io.syncguard.testsupport.StallMeter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    private static final Logger LOGGER = System.getLogger(SilentServers.class.getName());

    /** The time that a busy machine may add to a timeout; stalls of this process are measured and added to it. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Where a call that fails for want of time would be taken for one that meets a silent connection. */
    private static final Duration PATIENT = Duration.ofSeconds(5);

    /** Half of which a busy machine does not lose either. */
    private static final Duration VERY_PATIENT = Duration.ofSeconds(10);

    private static final Duration HARDLY_LONGER = Duration.ofSeconds(13);

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int MANY = 8;

    private static final Set<LockErrorCode> SILENT =
            EnumSet.of(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);

    private final List<AutoCloseable> clients = new ArrayList<>();

    /** Returns the backend that this client opens for a URI. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that is handed in, for one server. */
    protected abstract LockBackend single(int port, RedisOptions options);

    /** Returns a backend on a client that is handed in, for the master that sentinels name; each is {@code host:port}. */
    protected abstract LockBackend sentinel(List<String> sentinels, RedisOptions options);

    /** Returns a backend on a client that is handed in, for a cluster; each node is {@code host:port}. */
    protected abstract LockBackend cluster(List<String> nodes, RedisOptions options);

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
            BiFunction<List<String>, RedisOptions, LockBackend> handedIn) {
        String uri = scheme + "://" + addresses + (scheme.contains("sentinel") ? "?master=mymaster&" : "?")
                + "operationTimeoutMillis=" + timeout.toMillis();
        return SyncGuard.using(
                client == Client.OWN
                        ? open(uri)
                        : handedIn.apply(
                                List.of(addresses.split(",", -1)),
                                RedisOptions.defaults().withOperationTimeout(timeout)));
    }

    private SyncGuard guardOn(FaultProxy proxy, Client client, Duration timeout) {
        return guard(
                client,
                "redis",
                "127.0.0.1:" + proxy.port(),
                timeout,
                (addresses, options) -> single(proxy.port(), options));
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

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("RDS-17 the same goes if one of them was closed at the moment when the others fell silent")
    protected void connectionsAreForgottenAfterACut(Client client) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = guardOn(proxy, client, PATIENT)) {
            Await.connected(guard);
            openMany(guard);
            proxy.cutReplyToNext(new String(RedisScript.ACQUIRE.sha1(), StandardCharsets.US_ASCII), proxy::silenceAll);

            int failed = 0;
            for (int i = 0; i < 2 * MANY; i++) {
                failed += succeeds(guard, "job-" + i) ? 0 : 1;
            }

            assertThat(proxy.cuts()).isEqualTo(1);
            assertThat(failed).as("failed calls").isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, HLD-2 a lock that is renewed is kept through that, although its ttl is little more than the timeout")
    protected void lockIsKept(Client client) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = guardOn(proxy, client, VERY_PATIENT);
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            Await.connected(guard);
            HeldLock lock = guard.acquire(
                    "job", LockOptions.defaults().withTtl(HARDLY_LONGER).withHeartbeat());
            assertThat(proxy.silenceAll()).isPositive();
            AtomicLong left = new AtomicLong(admin.pttl("syncguard:job"));

            Await.until("it is renewed, or over", () -> {
                long now = admin.pttl("syncguard:job");
                return now > left.getAndSet(now) || now < 0;
            });

            assertThat(lock.isHeld()).isTrue();
            assertThat(left).as("what is left of the lock").hasPositiveValue();
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
            RedisTestServer hung = group.master();
            masterFails(group, guard, hung::suspend, "sentinel, master hangs, " + client);
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, RDS-16 sentinels replace a master whose host is silent: calls succeed again within two operation timeouts")
    protected void masterIsSilent(Client client) {
        try (RemoteHost host = remoteHost();
                SentinelGroup group = SentinelGroup.withMasterOn(host);
                SyncGuard guard = guard(client, "redis-sentinel", group.sentinels(), TIMEOUT, this::sentinel)) {
            masterFails(group, guard, host::silence, "sentinel, master's host silent, " + client);
        }
    }

    private static void masterFails(SentinelGroup group, SyncGuard guard, Runnable fault, String scenario) {
        Await.connected(guard);
        int failing = group.masterPort();

        succeedsOnceReplaced(guard, "job", fault, () -> group.masterPort() != failing, scenario);
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, CLU-4 a replica takes the place of a master that hangs: calls succeed again within two operation timeouts")
    protected void masterOfClusterHangs(Client client) {
        try (ClusterGroup group = new ClusterGroup();
                SyncGuard guard = guard(client, "redis-cluster", group.nodes(), TIMEOUT, this::cluster)) {
            RedisTestServer hung = group.servers().get(0);
            firstMasterFails(group, guard, hung::suspend, "cluster, master hangs, " + client);
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, CLU-4 a replica takes the place of a master whose host is silent: calls succeed again within two operation timeouts")
    protected void masterOfClusterIsSilent(Client client) {
        try (RemoteHost host = remoteHost();
                ClusterGroup group = ClusterGroup.withFirstMasterOn(host);
                SyncGuard guard = guard(client, "redis-cluster", group.nodes(), TIMEOUT, this::cluster)) {
            firstMasterFails(group, guard, host::silence, "cluster, master's host silent, " + client);
        }
    }

    /** Has that node fail which a client asks first when it looks for the nodes. */
    private static void firstMasterFails(ClusterGroup group, SyncGuard guard, Runnable fault, String scenario) {
        Await.connected(guard);
        RedisTestServer failing = group.servers().get(0);
        String key = keyOf(group, failing);
        Await.until("the key can be locked", () -> succeeds(guard, key));

        succeedsOnceReplaced(guard, key, fault, () -> group.hasAnotherOwner(fence(key), failing), scenario);
    }

    /** Returns a host that can fall silent, or skips the test where the machine has none. */
    private static RemoteHost remoteHost() {
        RemoteHost.obstacle().ifPresent(obstacle -> assumeTrue(false, obstacle));
        return RemoteHost.start();
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

    /** Has a server fail, and makes calls until one succeeds after it was replaced, which must be soon. */
    private static void succeedsOnceReplaced(
            SyncGuard guard, String key, Runnable fault, BooleanSupplier isReplaced, String scenario) {
        CompletableFuture<Long> replaced = new CompletableFuture<>();
        try (StallMeter stalls = StallMeter.start()) {
            long failedNanos = System.nanoTime();
            fault.run();
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

            Duration unavailable = Duration.ofNanos(succeededNanos - failedNanos);
            Duration ofFailover = Duration.ofNanos(replaced.join() - failedNanos);
            LOGGER.log(
                    Level.INFO, () -> "%s: a call succeeded %d ms after the fault, the replacement served after %d ms"
                            .formatted(scenario, unavailable.toMillis(), ofFailover.toMillis()));
            assertThat(unavailable.minus(ofFailover))
                    .as("after the replacement served")
                    .isLessThan(TIMEOUT.multipliedBy(2).plus(SLACK).plus(stalls.worst()));
        }
    }
}
