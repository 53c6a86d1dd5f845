package io.syncguard.redis.jedis;

import io.syncguard.LockException;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.spi.CallDeadlines;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.Pool;

/** How a client of the application's is used. Stateless. */
final class HandedInClient {
    private HandedInClient() {}

    /**
     * Returns what runs commands through a client.
     *
     * @param deadlines say when calls end
     * @throws LockException {@code INVALID_ARGUMENT} if the client shows nobody its connections
     */
    static CommandRunner runner(UnifiedJedis client, CallDeadlines deadlines) {
        ClusterConnectionProvider cluster = JedisDifferences.cluster(client);
        if (cluster != null) {
            return new ClusterRunner(ClusterConnections.likeThoseOf(cluster, deadlines, connections(client)));
        }
        Pool<Connection> pool = JedisDifferences.pool(client);
        if (pool != null) {
            return CallersThreadRunner.likeThoseOf(pool, connections(client));
        }
        if (!JedisDifferences.showsConnections(client)) {
            throw LockException.invalidArgument("this " + client.getClass().getSimpleName()
                    + " has no provider of connections, and before Jedis 8 a"
                    + " client shows its connections in no other way; hand in a client that has one, such as a"
                    + " JedisPooled, or use Jedis 8");
        }
        return new HandOverRunner(client);
    }

    /** Returns how many connections a backend on a client may have, in a cluster to each node: as many as the client's own pools. */
    static int connections(UnifiedJedis client) {
        Pool<Connection> pool = JedisDifferences.pool(client);
        if (pool != null) {
            return limited(pool.getMaxTotal());
        }
        ClusterConnectionProvider cluster = JedisDifferences.cluster(client);
        return cluster == null ? ConnectionCount.COMMON_POOL : connections(cluster);
    }

    /** Returns how many connections to each node. */
    static int connections(ClusterConnectionProvider cluster) {
        return cluster.getNodes().values().stream()
                .findAny()
                .map(ConnectionPool::getMaxTotal)
                .map(HandedInClient::limited)
                .orElse(ConnectionCount.COMMON_POOL);
    }

    private static int limited(int most) {
        return most > 0 ? most : ConnectionCount.POOL;
    }
}
