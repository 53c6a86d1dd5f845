package io.syncguard.redis.jedis;

import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/** A client of the caller's. */
record HandedInClient(UnifiedJedis client) implements ClientSource {
    @Override
    public UnifiedJedis get() {
        return client;
    }

    /** A closed client for a cluster goes on working, and others do not say. */
    @Override
    public boolean isClosedByOwner() {
        return client instanceof RedisClient single && single.getPool().isClosed();
    }

    @Override
    public boolean redirects() {
        return client instanceof RedisClusterClient;
    }

    @Override
    public void fellSilent() {
        IdleConnections.closeThoseOf(client);
        if (client instanceof RedisClusterClient cluster) {
            cluster.refreshClusterTopology();
        }
    }

    /** Leaves it open. */
    @Override
    public void close() {}
}
