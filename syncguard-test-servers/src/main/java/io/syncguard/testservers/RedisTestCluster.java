package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real cluster of Redis servers: masters that share all slots, and their replicas. Not thread-safe. */
public final class RedisTestCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int SLOTS_IN_A_LINE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int masters;
    private final List<RedisTestServer> servers = new ArrayList<>();

    private RedisTestCluster(int masters) {
        this.masters = masters;
    }

    /**
     * Starts a cluster, and waits until it takes requests and each replica follows.
     *
     * @param masters how many masters share the slots
     * @param replicas how many replicas each of them has
     * @param settings further settings of each server, which prevail over those of {@link
     *     RedisTestServer#startClusterNode}
     * @throws IllegalStateException if it does not take requests in time
     */
    public static RedisTestCluster start(int masters, int replicas, String... settings) {
        RedisTestCluster cluster = new RedisTestCluster(masters);
        try {
            for (int i = 0; i < masters * (1 + replicas); i++) {
                cluster.servers.add(RedisTestServer.startClusterNode(settings));
            }
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster.joined();
    }

    /**
     * Makes a cluster of nodes that are running, and waits until it takes requests and each replica follows. The cluster closes the
     * nodes, also when it cannot be made.
     *
     * @param masters how many of the nodes, the first ones, share the slots
     * @param nodes nodes that know no other yet
     * @throws IllegalStateException if it does not take requests in time
     */
    public static RedisTestCluster of(int masters, List<RedisTestServer> nodes) {
        RedisTestCluster cluster = new RedisTestCluster(masters);
        cluster.servers.addAll(nodes);
        return cluster.joined();
    }

    private RedisTestCluster joined() {
        try {
            join();
            return this;
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("the cluster could not be formed: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void join() throws IOException {
        for (int i = 0; i < servers.size(); i++) {
            ask(servers.get(i), "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 0; i < masters; i++) {
            addSlots(servers.get(i), i * SLOTS / masters, (i + 1) * SLOTS / masters);
        }
        String host = servers.get(0).host();
        String port = Integer.toString(servers.get(0).port());
        String busPort = busPort(servers.get(0));
        for (RedisTestServer server : servers.subList(1, servers.size())) {
            ask(server, "MEET", host, port, busPort);
        }
        await("all nodes know each other", () -> servers.stream().allMatch(this::knowsAll));
        for (int i = masters; i < servers.size(); i++) {
            RedisTestServer replica = servers.get(i);
            String master = ask(servers.get(i % masters), "MYID");
            await("a replica is accepted", () -> accepts(replica, "REPLICATE", master));
        }
        awaitWhole();
    }

    /** Names each slot, because Redis 6.2 knows no ranges, and so many at a time as fit into a line. */
    private static void addSlots(RedisTestServer server, int from, int end) throws IOException {
        for (int first = from; first < end; first += SLOTS_IN_A_LINE) {
            List<String> command = new ArrayList<>(List.of("ADDSLOTS"));
            IntStream.range(first, Math.min(end, first + SLOTS_IN_A_LINE))
                    .mapToObj(Integer::toString)
                    .forEach(command::add);
            ask(server, command.toArray(String[]::new));
        }
    }

    /** Waits until all slots are served and each replica follows its master. */
    public void awaitWhole() {
        await("the cluster is whole", () -> servers.stream().allMatch(this::isWhole));
    }

    private boolean isWhole(RedisTestServer server) {
        try {
            return ask(server, "INFO").contains("cluster_state:ok")
                    && (servers.size() == masters || replicates(InlineCommand.ask(server, "INFO", "replication")));
        } catch (IOException away) {
            return false;
        }
    }

    private static boolean replicates(String replication) {
        return replication.contains("state=online") || replication.contains("master_link_status:up");
    }

    private boolean knowsAll(RedisTestServer server) {
        try {
            String nodes = ask(server, "NODES");
            return nodes.lines().filter(line -> line.contains(" connected")).count() == servers.size()
                    && !nodes.contains("handshake");
        } catch (IOException away) {
            return false;
        }
    }

    private static boolean accepts(RedisTestServer server, String... command) {
        try {
            return "OK".equals(ask(server, command));
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String busPort(RedisTestServer server) throws IOException {
        String self = ask(server, "NODES")
                .lines()
                .filter(line -> line.contains("myself"))
                .findFirst()
                .orElseThrow();
        return self.substring(self.indexOf('@') + 1).split("[, ]", -1)[0];
    }

    private static String ask(RedisTestServer server, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("CLUSTER"));
        words.addAll(List.of(command));
        return InlineCommand.ask(server, words.toArray(String[]::new));
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Returns all servers, those that were masters in the beginning first. */
    public List<RedisTestServer> servers() {
        return Collections.unmodifiableList(servers);
    }

    /** Returns {@code host:port,host:port} of those that were masters in the beginning. */
    public String addresses() {
        return servers.stream()
                .limit(masters)
                .map(server -> server.host() + ":" + server.port())
                .collect(Collectors.joining(","));
    }

    /** Ends all servers and deletes their files. */
    @Override
    public void close() {
        servers.forEach(RedisTestServer::close);
    }
}
