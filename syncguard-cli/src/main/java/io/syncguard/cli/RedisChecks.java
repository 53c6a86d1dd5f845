package io.syncguard.cli;

import io.syncguard.redis.common.RedisServerState;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Compares what the servers tell with what docs/redis.md asks for. Not thread-safe. */
final class RedisChecks {
    private static final String VERSIONS = "docs/redis.md#versions-of-the-server";
    private static final String TOPOLOGY = "docs/redis.md#choose-a-topology";
    private static final String USER = "docs/redis.md#a-user-of-its-own";
    private static final String CLUSTER = "docs/redis.md#cluster";
    private static final String CLOCKS = "docs/redis.md#sentinel";

    private final List<RedisServerState> servers;
    private final Findings findings;

    RedisChecks(List<RedisServerState> servers, Findings findings) {
        this.servers = servers;
        this.findings = findings;
    }

    /** Adds what it finds. Does not block. */
    void run() {
        for (RedisServerState server : servers) {
            Findings about = servers.size() == 1 ? findings : findings.about(name(server));
            if (server.info().isBlank()) {
                about.note(
                        "not checked",
                        "version, topology, replicas, memory and persistence, because INFO is refused to this user",
                        USER);
            } else {
                checkVersion(server, about);
                checkTopology(server, about);
                ReplicaCheck.run(server, about);
                StorageChecks.run(server, about);
            }
            ClockWords.tell(about, server.clockAhead(), server.clockUncertainty());
            PermissionCheck.run(server, about);
        }
        checkMasters();
        checkClocks();
    }

    private static String name(RedisServerState server) {
        return server.node()
                .or(() -> server.field("tcp_port").map(port -> "port " + port))
                .orElse("a server");
    }

    private static void checkVersion(RedisServerState server, Findings about) {
        ServerRelease release = ServerRelease.of(server).orElse(null);
        if (release == null) {
            about.note("version", "is not known", VERSIONS);
        } else if (release.isBefore(6, 2)) {
            about.fail("version", release.name() + " is too old", "use Redis 6.2 or later, or Valkey", VERSIONS);
        } else if (release.isBefore(7, 0) && isInCluster(server)) {
            about.warn(
                    "version",
                    release.name() + " does not wake waiters in a cluster; they retry after 100 ms to 1 s",
                    "use Redis 7.0 or later, or Valkey, if waiters are to be fast",
                    VERSIONS);
        } else {
            about.ok("version", release.name());
        }
    }

    private static boolean isInCluster(RedisServerState server) {
        return server.field("cluster_enabled").orElse("0").equals("1");
    }

    private static void checkTopology(RedisServerState server, Findings about) {
        String kind = isInCluster(server) ? "of a cluster" : "without a cluster";
        if (!server.field("role").orElse("master").equals("master")) {
            about.fail(
                    "topology",
                    "this is a replica, which refuses to write",
                    "connect to the master, or by redis-sentinel:// or redis-cluster://",
                    TOPOLOGY);
        } else if (!server.field("cluster_state").orElse("ok").equals("ok")) {
            about.fail("topology", "the cluster is down", "see CLUSTER INFO and CLUSTER NODES", CLUSTER);
        } else {
            about.ok("topology", "a master " + kind);
        }
    }

    /** A master without any of the 48 shards is not asked, because it keeps no lock. */
    private void checkMasters() {
        servers.get(0).field("cluster_size").ifPresent(size -> {
            int asked = servers.size();
            findings.ok(
                    "masters",
                    size + " have slots, " + asked + (asked == 1 ? " keeps" : " keep") + " locks of this prefix and "
                            + (asked == 1 ? "was" : "were") + " asked");
        });
    }

    /** After a failover another clock decides; within a cluster none is compared with another by the library itself. */
    private void checkClocks() {
        if (servers.size() < 2) {
            return;
        }
        Comparator<RedisServerState> byClock = Comparator.comparing(RedisServerState::clockAhead);
        RedisServerState first = servers.stream().max(byClock).orElseThrow();
        RedisServerState last = servers.stream().min(byClock).orElseThrow();
        Duration apart = first.clockAhead().minus(last.clockAhead());
        Duration sure = apart.minus(first.clockUncertainty()).minus(last.clockUncertainty());
        String text = "the clocks of " + name(first) + " and " + name(last) + " are " + apart.toMillis() + " ms apart";
        if (sure.toMillis() > Tolerance.MILLIS) {
            findings.warn("clocks", text, "synchronise the clocks of all servers (NTP)", CLOCKS);
        } else {
            findings.ok("clocks", text + ", of 1000 that are tolerable");
        }
    }
}
