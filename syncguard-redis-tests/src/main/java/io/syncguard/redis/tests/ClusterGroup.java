package io.syncguard.redis.tests;

import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.SafeEncoder;

/** A cluster of three masters and a replica for each, all of them real. Not thread-safe. */
public final class ClusterGroup implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int MASTERS = 3;
    private static final int MIGRATION_MILLIS = 5_000;

    private final RedisTestCluster cluster = RedisTestCluster.start(MASTERS, 1);
    private final List<RedisTestServer> nodes = cluster.servers();

    /** Starts them, and waits until the cluster takes requests and each replica follows. */
    public ClusterGroup() {}

    /** Waits until all slots are served and each master has a replica that follows. */
    public void awaitWhole() {
        cluster.awaitWhole();
    }

    private static String ask(RedisTestServer node, String... command) {
        try (Jedis jedis = new Jedis(HOST, node.port())) {
            return SafeEncoder.encode((byte[]) jedis.sendCommand(Command.CLUSTER, command));
        }
    }

    private static String id(RedisTestServer node) {
        return ask(node, "MYID");
    }

    /** Returns {@code host:port,host:port} of some nodes. */
    public String nodes() {
        return cluster.addresses();
    }

    /** Returns the port of one of them. */
    public int firstPort() {
        return nodes.get(0).port();
    }

    /** Returns the ports of all nodes that answer and are masters. */
    public List<Integer> masterPorts() {
        return nodes.stream()
                .filter(ClusterGroup::isMaster)
                .map(RedisTestServer::port)
                .toList();
    }

    private static boolean isMaster(RedisTestServer node) {
        try (Jedis jedis = new Jedis(HOST, node.port())) {
            return jedis.info("replication").contains("role:master");
        } catch (JedisException away) {
            return false;
        }
    }

    /** Returns the master that owns a key's slot, by the word of most nodes that answer. */
    public RedisTestServer ownerOf(byte[] key) {
        return owners(key).findFirst().orElseThrow();
    }

    private Stream<RedisTestServer> owners(byte[] key) {
        int slot = JedisClusterCRC16.getSlot(key);
        return nodes.stream().filter(node -> isMaster(node) && owns(node, slot));
    }

    /** Returns whether another node has become the owner of a key's slot, by its own word. */
    boolean hasAnotherOwner(byte[] key, RedisTestServer before) {
        return owners(key).anyMatch(node -> node.port() != before.port());
    }

    private static boolean owns(RedisTestServer node, int slot) {
        String self = ask(node, "NODES")
                .lines()
                .filter(line -> line.contains("myself"))
                .findFirst()
                .orElseThrow();
        String[] words = self.split(" ", -1);
        return IntStream.range(8, words.length)
                .mapToObj(i -> words[i])
                .filter(word -> !word.startsWith("["))
                .anyMatch(word -> {
                    String[] range = word.split("-", -1);
                    return slot >= Integer.parseInt(range[0]) && slot <= Integer.parseInt(range[range.length - 1]);
                });
    }

    /** Returns how many connections of clients all nodes have, with one each that asks. */
    int connections() {
        int connections = 0;
        for (RedisTestServer node : nodes) {
            try (Jedis jedis = new Jedis(HOST, node.port())) {
                connections += Integer.parseInt(jedis.info("clients")
                        .lines()
                        .filter(line -> line.startsWith("connected_clients:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("connected_clients:".length()));
            }
        }
        return connections;
    }

    /** Sets a value, on whichever node has it. */
    public void set(byte[] key, String value) {
        try (Jedis jedis = new Jedis(HOST, ownerOf(key).port())) {
            jedis.set(key, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns all keys that match a pattern, on all masters. */
    public Set<String> keys(String pattern) {
        Set<String> keys = new TreeSet<>();
        for (int port : masterPorts()) {
            try (Jedis jedis = new Jedis(HOST, port)) {
                keys.addAll(jedis.keys(pattern));
            }
        }
        return keys;
    }

    /** Begins to move a key's slot to another master. */
    public Migration migrate(byte[] key) {
        RedisTestServer from = ownerOf(key);
        RedisTestServer to = nodes.stream()
                .filter(node -> isMaster(node) && node.port() != from.port())
                .findFirst()
                .orElseThrow();
        return new Migration(JedisClusterCRC16.getSlot(key), from, to);
    }

    /** Gives a user rules, on all nodes. */
    void allow(String user, List<String> rules) {
        for (RedisTestServer node : nodes) {
            try (Jedis jedis = new Jedis(HOST, node.port())) {
                jedis.aclSetUser(user, rules.toArray(String[]::new));
            }
        }
    }

    /** Returns all nodes, masters of the beginning first. */
    public List<RedisTestServer> servers() {
        return nodes;
    }

    /** A slot on its way from one master to another, as an administrator moves it. */
    public static final class Migration {
        private final int slot;
        private final RedisTestServer from;
        private final RedisTestServer to;

        private Migration(int slot, RedisTestServer from, RedisTestServer to) {
            this.slot = slot;
            this.from = from;
            this.to = to;
            ask(to, "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
            ask(from, "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
        }

        /** Moves one key. */
        public void move(byte[] key) {
            try (Jedis jedis = new Jedis(HOST, from.port())) {
                jedis.migrate(HOST, to.port(), key, 0, MIGRATION_MILLIS);
            }
        }

        /** Moves all that is left, and the slot. */
        public void finish() {
            try (Jedis jedis = new Jedis(HOST, from.port())) {
                while (true) {
                    List<byte[]> left = jedis.clusterGetKeysInSlotBinary(slot, 100);
                    if (left.isEmpty()) {
                        break;
                    }
                    left.forEach(this::move);
                }
            }
            for (RedisTestServer node : List.of(to, from)) {
                ask(node, "SETSLOT", Integer.toString(slot), "NODE", id(to));
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
