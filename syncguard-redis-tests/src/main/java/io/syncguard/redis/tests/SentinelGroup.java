package io.syncguard.redis.tests;

import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.RemoteHost;
import io.syncguard.testservers.ServerPlace;
import io.syncguard.testservers.TestCertificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A master, its replicas, and three sentinels that watch over them: all of them real. Thread-safe. */
public final class SentinelGroup implements AutoCloseable {
    private static final String MASTER = "mymaster";
    private static final int SENTINELS = 3;
    private static final int REPLICAS = 2;

    /** After so long without an answer a sentinel takes a master for dead. */
    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);

    /** Sentinels that find themselves stalled do nothing for half a minute. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int replicas;
    private final List<GroupNode> nodes = new ArrayList<>();
    private final List<RedisTestServer> sentinels = new ArrayList<>();

    /** Null if connections are not encrypted. */
    private final @Nullable TestCertificates certificates;

    /** Starts them, with two replicas, and waits until the sentinels know all of them. */
    public SentinelGroup() {
        this(null);
    }

    /** Starts them, and has them talk to each other and to clients over encrypted connections if there are certificates. */
    SentinelGroup(@Nullable TestCertificates certificates) {
        this(REPLICAS, ServerPlace.LOOPBACK, ServerPlace.LOOPBACK, false, certificates);
    }

    private SentinelGroup(
            int replicas,
            ServerPlace place,
            ServerPlace placeOfMaster,
            boolean behindProxies,
            @Nullable TestCertificates certificates) {
        this.replicas = replicas;
        this.certificates = certificates;
        GroupNode master = start(placeOfMaster, behindProxies, List.of());
        nodes.add(master);
        for (int i = 0; i < replicas; i++) {
            nodes.add(start(place, behindProxies, replicaOf(master)));
        }
        awaitReplicas(() -> master);
        // A sentinel looks only every ten seconds which replicas there are.
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(startSentinel(
                    place,
                    "sentinel monitor " + MASTER + " " + master.host() + " " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER.toMillis(),
                    "sentinel failover-timeout " + MASTER + " 5000",
                    "sentinel parallel-syncs " + MASTER + " " + replicas));
        }
        if (behindProxies) {
            // These fail over again and again, and need not wait for what sentinels look at every ten seconds.
            sentinels.forEach(SentinelGroup::haveLookOften);
        }
        awaitSentinels();
    }

    private static void haveLookOften(RedisTestServer sentinel) {
        try (Jedis jedis = GroupNode.connect(sentinel)) {
            Object unused = jedis.sendCommand(Command.SENTINEL, "DEBUG", "info-period", "500");
        } catch (JedisDataException beforeRedis7) {
            // It takes longer then.
        }
    }

    private void awaitSentinels() {
        Await.within(PATIENCE, "the sentinels know each other and the replicas", () -> sentinels.stream()
                .allMatch(this::knowsAll));
    }

    /** Starts them with the master on another host, which the test may silence. */
    static SentinelGroup withMasterOn(RemoteHost host) {
        return new SentinelGroup(REPLICAS, host.here(), host.there(), false, null);
    }

    /** Starts them with one replica, and with a proxy in front of each server but the sentinels. */
    public static SentinelGroup behindProxies() {
        return new SentinelGroup(1, ServerPlace.LOOPBACK, ServerPlace.LOOPBACK, true, null);
    }

    private GroupNode start(ServerPlace place, boolean behindProxy, List<String> settings) {
        return behindProxy
                ? GroupNode.behindProxy("--replica-announce-port", port -> start(place, settings, port))
                : GroupNode.direct(start(place, settings, List.of()));
    }

    private RedisTestServer start(ServerPlace place, List<String> settings, List<String> more) {
        String[] all = Stream.of(List.of("--repl-diskless-sync-delay", "0"), settings, more)
                .flatMap(List::stream)
                .toArray(String[]::new);
        return certificates == null
                ? RedisTestServer.start(place, all)
                : RedisTestServer.startEncrypted(certificates, all);
    }

    private RedisTestServer startSentinel(ServerPlace place, String... configuration) {
        return certificates == null
                ? RedisTestServer.startSentinel(place, configuration)
                : RedisTestServer.startEncryptedSentinel(certificates, configuration);
    }

    private static List<String> replicaOf(GroupNode master) {
        return List.of("--replicaof", master.host(), Integer.toString(master.port()));
    }

    /** Waits until all replicas follow the master, and the sentinels know it: they take no other for its successor. */
    public void awaitWhole() {
        awaitReplicas(this::masterNode);
        awaitSentinels();
    }

    private void awaitReplicas(Supplier<GroupNode> master) {
        Await.within(PATIENCE, "the replicas follow", () -> {
            try (Jedis admin = master.get().connect()) {
                return admin.info("replication").split("state=online", -1).length == replicas + 1;
            } catch (JedisException away) {
                return false;
            }
        });
    }

    private boolean knowsAll(RedisTestServer sentinel) {
        try (Jedis jedis = GroupNode.connect(sentinel)) {
            Map<String, String> master = jedis.sentinelMaster(MASTER);
            return Integer.toString(replicas).equals(master.get("num-slaves"))
                    && Integer.toString(SENTINELS - 1).equals(master.get("num-other-sentinels"))
                    && "master".equals(master.get("flags"))
                    && jedis.sentinelReplicas(MASTER).stream().allMatch(SentinelGroup::follows);
        } catch (JedisException notYet) {
            return false;
        }
    }

    private static boolean follows(Map<String, String> replica) {
        return "slave".equals(replica.get("flags")) && "ok".equals(replica.get("master-link-status"));
    }

    /** Returns where the sentinels are: {@code host:port,host:port}. */
    public String sentinels() {
        return sentinels.stream()
                .map(sentinel -> sentinel.host() + ":" + sentinel.clientPort())
                .collect(Collectors.joining(","));
    }

    /** Kills the sentinel that {@link #sentinels()} names first. Two are still a majority of three. */
    public void loseFirstSentinel() {
        sentinels.get(0).kill();
    }

    /** Has the sentinel that {@link #sentinels()} names first accept connections and answer nothing. */
    void silenceFirstSentinel() {
        sentinels.get(0).suspend();
    }

    /** Returns the port that the sentinels name as the master's. */
    public int masterPort() {
        try (Jedis jedis = GroupNode.connect(sentinels.get(SENTINELS - 1))) {
            return Integer.parseInt(jedis.sentinelGetMasterAddrByName(MASTER).get(1));
        }
    }

    /** Returns the server that the sentinels call the master. */
    public RedisTestServer master() {
        return masterNode().server();
    }

    /** Returns the server that the sentinels call the master, with what is in front of it. */
    public GroupNode masterNode() {
        int port = masterPort();
        return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
    }

    /** Makes a server that comes back a replica, which the sentinels do too, after about ten seconds. */
    public void rejoin(GroupNode node) {
        GroupNode master = masterNode();
        try (Jedis admin = node.connect()) {
            admin.replicaof(master.host(), master.port());
        }
    }

    @Override
    public void close() {
        sentinels.forEach(RedisTestServer::close);
        nodes.forEach(GroupNode::close);
    }
}
