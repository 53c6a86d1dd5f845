package io.syncguard.redis.tests;

import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A master, two replicas, and three sentinels that watch over them: all of them real. Thread-safe. */
public final class SentinelGroup implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String MASTER = "mymaster";
    private static final int SENTINELS = 3;
    private static final int REPLICAS = 2;

    /** After so long without an answer a sentinel takes a master for dead. */
    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);

    /** Sentinels that find themselves stalled do nothing for half a minute. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RedisTestServer> servers = new ArrayList<>();
    private final List<RedisTestServer> sentinels = new ArrayList<>();

    /** Starts them, and waits until the sentinels know all of them. */
    public SentinelGroup() {
        RedisTestServer master = RedisTestServer.start("--repl-diskless-sync-delay", "0");
        servers.add(master);
        for (int i = 0; i < REPLICAS; i++) {
            servers.add(RedisTestServer.start(
                    "--repl-diskless-sync-delay", "0", "--replicaof", HOST, Integer.toString(master.port())));
        }
        // A sentinel looks only every ten seconds which replicas there are.
        try (Jedis admin = new Jedis(HOST, master.port())) {
            Await.until(
                    "the replicas follow",
                    () -> admin.info("replication").split("state=online", -1).length == REPLICAS + 1);
        }
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(RedisTestServer.startSentinel(
                    "sentinel monitor " + MASTER + " " + HOST + " " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER.toMillis(),
                    "sentinel failover-timeout " + MASTER + " 5000",
                    "sentinel parallel-syncs " + MASTER + " " + REPLICAS));
        }
        Await.within(PATIENCE, "the sentinels know each other and the replicas", () -> sentinels.stream()
                .allMatch(SentinelGroup::knowsAll));
    }

    private static boolean knowsAll(RedisTestServer sentinel) {
        try (Jedis jedis = new Jedis(HOST, sentinel.port())) {
            Map<String, String> master = jedis.sentinelMaster(MASTER);
            return Integer.toString(REPLICAS).equals(master.get("num-slaves"))
                    && Integer.toString(SENTINELS - 1).equals(master.get("num-other-sentinels"))
                    && "master".equals(master.get("flags"));
        } catch (JedisException notYet) {
            return false;
        }
    }

    /** Returns where the sentinels are: {@code host:port,host:port}. */
    public String sentinels() {
        return sentinels.stream().map(sentinel -> HOST + ":" + sentinel.port()).collect(Collectors.joining(","));
    }

    /** Kills the sentinel that {@link #sentinels()} names first. Two are still a majority of three. */
    public void loseFirstSentinel() {
        sentinels.get(0).kill();
    }

    /** Returns the port of the server that the sentinels call the master. */
    public int masterPort() {
        try (Jedis jedis = new Jedis(HOST, sentinels.get(SENTINELS - 1).port())) {
            return Integer.parseInt(jedis.sentinelGetMasterAddrByName(MASTER).get(1));
        }
    }

    /** Returns the server that the sentinels call the master. */
    public RedisTestServer master() {
        int port = masterPort();
        return servers.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        sentinels.forEach(RedisTestServer::close);
        servers.forEach(RedisTestServer::close);
    }
}
