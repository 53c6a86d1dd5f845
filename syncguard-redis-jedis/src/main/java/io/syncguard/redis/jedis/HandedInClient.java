package io.syncguard.redis.jedis;

import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.spi.CallDeadlines;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/** How a client of the application's is used. Stateless. */
final class HandedInClient {
    private HandedInClient() {}

    /**
     * Returns what runs commands through a client.
     *
     * @param deadlines say when calls end
     */
    static CommandRunner runner(UnifiedJedis client, CallDeadlines deadlines) {
        if (client instanceof RedisClusterClient cluster) {
            return new ClusterRunner(ClusterConnections.likeThoseOf(cluster, deadlines, connections(client)));
        }
        return client instanceof RedisClient pooled
                ? CallersThreadRunner.likeThoseOf(pooled.getPool(), connections(client))
                : new HandOverRunner(client);
    }

    /** Returns how many connections a backend on a client may have, in a cluster to each node: as many as the client's own pools. */
    static int connections(UnifiedJedis client) {
        if (client instanceof RedisClient pooled) {
            return limited(pooled.getPool().getMaxTotal());
        }
        return client instanceof RedisClusterClient cluster
                ? cluster.getClusterNodes().values().stream()
                        .findAny()
                        .map(ConnectionPool::getMaxTotal)
                        .map(HandedInClient::limited)
                        .orElse(ConnectionCount.COMMON_POOL)
                : ConnectionCount.COMMON_POOL;
    }

    private static int limited(int most) {
        return most > 0 ? most : ConnectionCount.POOL;
    }
}
