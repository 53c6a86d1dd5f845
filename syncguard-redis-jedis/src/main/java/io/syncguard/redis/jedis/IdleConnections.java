package io.syncguard.redis.jedis;

import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/** The idle connections of a client. Stateless. */
final class IdleConnections {
    private IdleConnections() {}

    /**
     * Closes them. They cost the next callers a timeout each if whatever leads to the server has forgotten them, as firewalls do
     * with connections on which nothing happens.
     */
    static void closeThoseOf(UnifiedJedis client) {
        if (client instanceof RedisClient single) {
            single.getPool().clear();
        } else if (client instanceof RedisClusterClient cluster) {
            cluster.getClusterNodes().values().forEach(pool -> pool.clear());
        }
    }
}
