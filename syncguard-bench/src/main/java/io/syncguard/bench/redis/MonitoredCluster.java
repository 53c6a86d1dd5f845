package io.syncguard.bench.redis;

import io.syncguard.testservers.RedisTestCluster;
import java.util.List;

/** A cluster of three masters, without replicas, which it starts. Thread-safe. */
public final class MonitoredCluster implements AutoCloseable {
    private static final int MASTERS = 3;

    /** Under load, a node may be silent for longer than tests allow. */
    private static final String[] PATIENT = {"--cluster-node-timeout", "15000"};

    private final RedisTestCluster cluster;
    private final List<RedisMonitor> monitors;

    /** Starts it. Blocks for seconds. */
    public MonitoredCluster() {
        this.cluster = RedisTestCluster.start(MASTERS, 0, PATIENT);
        this.monitors = cluster.servers().stream()
                .map(server -> new RedisMonitor(server.uri()))
                .toList();
    }

    /** Returns {@code redis-cluster://host:port,host:port}. */
    public String uri() {
        return "redis-cluster://" + cluster.addresses();
    }

    /** Removes all keys. */
    public void empty() {
        monitors.forEach(RedisMonitor::empty);
    }

    @Override
    public void close() {
        monitors.forEach(RedisMonitor::close);
        cluster.close();
    }
}
