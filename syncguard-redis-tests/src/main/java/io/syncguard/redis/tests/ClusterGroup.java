package io.syncguard.redis.tests;

import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.RemoteHost;
import io.syncguard.testservers.ServerPlace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.SafeEncoder;

/** A cluster of three masters and a replica for each, all of them real. Not thread-safe, but slots may move at once. */
public final class ClusterGroup implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int MIGRATION_MILLIS = 5_000;

    /** Valkey says that a slot has moved when the replicas know it, or after two seconds. */
    private static final int ANSWER_MILLIS = 10_000;

    private final List<GroupNode> members = new ArrayList<>();
    private final List<RedisTestServer> nodes;
    private final RedisTestCluster cluster;

    /** Held while a slot gets another owner. */
    private final Object moves = new Object();

    /** Starts them, and waits until the cluster takes requests and each replica follows. */
    public ClusterGroup() {
        this(ServerPlace.LOOPBACK, ServerPlace.LOOPBACK, false);
    }

    private ClusterGroup(ServerPlace place, ServerPlace placeOfFirst, boolean behindProxies) {
        for (int i = 0; i < 2 * MASTERS; i++) {
            members.add(start(i == 0 ? placeOfFirst : place, behindProxies));
        }
        nodes = members.stream().map(GroupNode::server).toList();
        cluster = RedisTestCluster.of(MASTERS, nodes);
    }

    /** Starts them with the first master on another host, which the test may silence. */
    static ClusterGroup withFirstMasterOn(RemoteHost host) {
        return new ClusterGroup(host.here(), host.there(), false);
    }

    /** Starts them with a proxy in front of each for everything but what the nodes tell each other. */
    public static ClusterGroup behindProxies() {
        return new ClusterGroup(ServerPlace.LOOPBACK, ServerPlace.LOOPBACK, true);
    }

    private static GroupNode start(ServerPlace place, boolean behindProxy) {
        return behindProxy
                ? GroupNode.behindProxy(
                        "--cluster-announce-port",
                        port -> RedisTestServer.startClusterNode(place, port.toArray(String[]::new)))
                : GroupNode.direct(RedisTestServer.startClusterNode(place));
    }

    /** Waits until all slots are served and each master has a replica that follows. */
    public void awaitWhole() {
        cluster.awaitWhole();
    }

    /** Waits until all nodes, replicas too, say the same of who has which slots. */
    private void awaitAgreement() {
        try {
            Await.until(
                    "all nodes agree who has which slots",
                    () -> nodes.stream()
                                    .map(ClusterGroup::slotsByOwner)
                                    .distinct()
                                    .count()
                            == 1);
        } catch (AssertionError e) {
            throw new AssertionError(
                    nodes.stream()
                            .map(node -> node.port() + ": " + slotsByOwner(node))
                            .collect(Collectors.joining("\n")),
                    e);
        }
    }

    /** Returns what a node says of who has which slots, without those that are on their way. */
    private static Set<String> slotsByOwner(RedisTestServer node) {
        return ask(node, "NODES")
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length > 8)
                .map(words -> Stream.concat(
                                Stream.of(words[0]), Stream.of(words).skip(8))
                        .filter(word -> !word.startsWith("["))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.toSet());
    }

    private static String ask(RedisTestServer node, String... command) {
        try (Jedis jedis = new Jedis(node.host(), node.port(), ANSWER_MILLIS)) {
            return SafeEncoder.encode((byte[]) jedis.sendCommand(Command.CLUSTER, command));
        }
    }

    private static String id(RedisTestServer node) {
        return ask(node, "MYID");
    }

    /** Returns {@code host:port,host:port} of some nodes. */
    public String nodes() {
        return members.stream().limit(MASTERS).map(GroupNode::address).collect(Collectors.joining(","));
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
        try (Jedis jedis = GroupNode.connect(node)) {
            return jedis.info("replication").contains("role:master");
        } catch (JedisException away) {
            return false;
        }
    }

    /** Returns the master that owns a key's slot, by the word of most nodes that answer. */
    public RedisTestServer ownerOf(byte[] key) {
        return owners(nodes.stream(), key).findFirst().orElseThrow();
    }

    private static Stream<RedisTestServer> owners(Stream<RedisTestServer> among, byte[] key) {
        int slot = JedisClusterCRC16.getSlot(key);
        return among.filter(node -> isMaster(node) && owns(node, slot));
    }

    /** Returns whether another node has become the owner of a key's slot, by its own word. Does not ask the one before, which may be away. */
    public boolean hasAnotherOwner(byte[] key, RedisTestServer before) {
        return owners(nodes.stream().filter(node -> node != before), key)
                .findAny()
                .isPresent();
    }

    private static boolean owns(RedisTestServer node, int slot) {
        String[] words = self(node).split(" ", -1);
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
            try (Jedis jedis = GroupNode.connect(node)) {
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
        try (Jedis jedis = GroupNode.connect(ownerOf(key))) {
            jedis.set(key, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns all keys that match a pattern, on all masters. */
    public Set<String> keys(String pattern) {
        Set<String> keys = new TreeSet<>();
        nodes.stream().filter(ClusterGroup::isMaster).forEach(node -> {
            try (Jedis jedis = GroupNode.connect(node)) {
                keys.addAll(jedis.keys(pattern));
            }
        });
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
            try (Jedis jedis = GroupNode.connect(node)) {
                jedis.aclSetUser(user, rules.toArray(String[]::new));
            }
        }
    }

    /** Returns all nodes, masters of the beginning first. */
    public List<RedisTestServer> servers() {
        return nodes;
    }

    /** Returns the master that owns a key's slot, with what is in front of it. */
    public GroupNode memberFor(byte[] key) {
        RedisTestServer owner = ownerOf(key);
        return members.stream()
                .filter(member -> member.server() == owner)
                .findFirst()
                .orElseThrow();
    }

    /** Has the replica of a master take its place, as an administrator does whose cluster does not see what its clients see. */
    public void failOver(RedisTestServer master) {
        String id = id(master);
        RedisTestServer replica = nodes.stream()
                .filter(node -> node != master && self(node).contains(" " + id + " "))
                .findFirst()
                .orElseThrow();
        Await.until("a failover begins", () -> {
            try {
                return "OK".equals(ask(replica, "FAILOVER", "FORCE"));
            } catch (JedisException notYet) {
                return false;
            }
        });
    }

    private static String self(RedisTestServer node) {
        return ask(node, "NODES")
                .lines()
                .filter(line -> line.contains("myself"))
                .findFirst()
                .orElseThrow();
    }

    /** A slot on its way from one master to another, as an administrator moves it. */
    public final class Migration {
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

        /** Moves one key, once the other master takes it: on a busy machine it may have missed what the others told it in time. */
        public void move(byte[] key) {
            Await.until("a key moves", () -> {
                try (Jedis jedis = GroupNode.connect(from)) {
                    jedis.migrate(to.host(), to.port(), key, 0, MIGRATION_MILLIS);
                    return true;
                } catch (JedisDataException e) {
                    if (e.getMessage().contains("CLUSTERDOWN")) {
                        return false;
                    }
                    throw e;
                }
            });
        }

        /**
         * Moves all that is left, and the slot, and waits until all nodes know. Another slot that moved before that could get the same epoch,
         * and if the nodes settle that in favour of the other, they do not agree on this one ever after.
         */
        public void finish() {
            try (Jedis jedis = GroupNode.connect(from)) {
                while (true) {
                    List<byte[]> left = jedis.clusterGetKeysInSlotBinary(slot, 100);
                    if (left.isEmpty()) {
                        break;
                    }
                    left.forEach(this::move);
                }
            }
            synchronized (moves) {
                for (RedisTestServer node : List.of(to, from)) {
                    ask(node, "SETSLOT", Integer.toString(slot), "NODE", id(to));
                }
                awaitAgreement();
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
        members.forEach(GroupNode::closeProxy);
    }
}
