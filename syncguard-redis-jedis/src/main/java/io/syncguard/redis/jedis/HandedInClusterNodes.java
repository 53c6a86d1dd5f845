package io.syncguard.redis.jedis;

import java.util.Collection;
import java.util.concurrent.Executor;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/** The nodes of a cluster that a client which was handed in knows. Connections are opened as its pools open theirs. Thread-safe. */
final class HandedInClusterNodes implements ClusterNodes {
    private final ClusterConnectionProvider client;
    private final int connections;
    private final Executor workers;

    /**
     * @param connections how many there may be to each node
     */
    HandedInClusterNodes(ClusterConnectionProvider client, int connections, Executor workers) {
        this.client = client;
        this.connections = connections;
        this.workers = workers;
    }

    @Override
    public Collection<String> first() {
        return client.getNodes().keySet();
    }

    @Override
    public @Nullable ConnectionSource source(String node) {
        ConnectionPool pool = client.getNodes().get(node);
        return pool == null ? null : new HandedInConnectionSource(pool, connections, workers);
    }

    @Override
    public @Nullable PooledObjectFactory<Connection> factory(String node) {
        ConnectionPool pool = client.getNodes().get(node);
        return pool == null ? null : pool.getFactory();
    }

    @Override
    public void learn() {
        client.renewSlotCache();
    }

    /** A client that was closed has forgotten its nodes. */
    @Override
    public boolean isClosed() {
        return client.getNodes().isEmpty();
    }
}
