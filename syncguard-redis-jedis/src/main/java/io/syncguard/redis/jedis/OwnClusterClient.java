package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

/** The Jedis client we open for the URI of a cluster. Jedis connects when it makes one, so the first call does. Thread-safe. */
final class OwnClusterClient implements ClientSource {
    private final Set<HostAndPort> nodes = new LinkedHashSet<>();
    private final JedisClientConfig config;
    private final ConnectionPoolConfig pool;
    private final Duration timeout;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable RedisClusterClient client;
    private volatile boolean closed;

    /**
     * @param connections how many to each node
     */
    OwnClusterClient(RedisAddress address, RedisOptions options, int connections) {
        address.servers().forEach(node -> nodes.add(new HostAndPort(node.host(), node.port())));
        this.config = OwnClient.config(address, options);
        this.pool = OwnClient.pool(connections, options.operationTimeout());
        this.timeout = options.operationTimeout();
    }

    @Override
    public RedisClusterClient get() {
        RedisClusterClient open = client;
        return open == null ? open() : open;
    }

    private RedisClusterClient open() {
        try {
            opening.lockInterruptibly();
        } catch (InterruptedException e) {
            // This is a worker, and whoever has ended its call knows.
            throw new JedisException("interrupted while another call connects", e);
        }
        try {
            RedisClusterClient open = client;
            if (closed) {
                throw new JedisException("closed");
            }
            if (open == null) {
                open = RedisClusterClient.builder()
                        .nodes(nodes)
                        .clientConfig(config)
                        .poolConfig(pool)
                        .maxTotalRetriesDuration(timeout)
                        .build();
                client = open;
            }
            return open;
        } finally {
            opening.unlock();
            if (closed) {
                close();
            }
        }
    }

    @Override
    public boolean isClosedByOwner() {
        return false;
    }

    @Override
    public boolean redirects() {
        return true;
    }

    @Override
    public void fellSilent() {
        RedisClusterClient open = client;
        if (open != null && !closed) {
            IdleConnections.closeThoseOf(open);
            open.refreshClusterTopology();
        }
    }

    @Override
    public void close() {
        closed = true;
        RedisClusterClient open = client;
        if (open != null) {
            open.close();
        }
    }
}
