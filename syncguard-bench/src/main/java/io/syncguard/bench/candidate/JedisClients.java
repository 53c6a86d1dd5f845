package io.syncguard.bench.candidate;

import io.syncguard.redis.common.ConnectionCount;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;

/** Clients of Jedis with a pool like this library's: as many connections, and no thread that looks after them. */
final class JedisClients {
    private JedisClients() {}

    /** Returns a client for one server. */
    static RedisClient onOneServer(String redisUri) {
        URI uri = URI.create(redisUri);
        return RedisClient.builder()
                .hostAndPort(new HostAndPort(uri.getHost(), uri.getPort()))
                .clientConfig(config())
                .poolConfig(pool())
                .build();
    }

    /** Returns a client for a cluster, with such a pool to each node. */
    static RedisClusterClient inCluster(String clusterUri) {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        for (String node : URI.create(clusterUri).getAuthority().split(",", -1)) {
            nodes.add(HostAndPort.from(node));
        }
        return RedisClusterClient.builder()
                .nodes(nodes)
                .clientConfig(config())
                .poolConfig(pool())
                .build();
    }

    private static JedisClientConfig config() {
        return DefaultJedisClientConfig.builder().resp2().build();
    }

    private static ConnectionPoolConfig pool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(ConnectionCount.POOL);
        pool.setMaxIdle(ConnectionCount.POOL);
        pool.setMaxWait(Lease.PATIENCE);
        pool.setJmxEnabled(false);
        pool.setTestWhileIdle(false);
        pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        return pool;
    }
}
