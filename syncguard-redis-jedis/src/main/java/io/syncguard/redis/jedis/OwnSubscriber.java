package io.syncguard.redis.jedis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;

/** Subscribes on a connection outside the pool, which can be cut. */
final class OwnSubscriber implements JedisSubscription.Subscriber {
    private final ServerFinder servers;
    private final JedisClientConfig config;
    private volatile @Nullable Jedis connection;

    OwnSubscriber(ServerFinder servers, JedisClientConfig config) {
        this.servers = servers;
        this.config = config;
    }

    @Override
    public void subscribe(BinaryJedisPubSub to, byte[] channel) {
        HostAndPort server = servers.find(Duration.ofMillis(config.getConnectionTimeoutMillis()), socket -> true);
        try (Jedis jedis = new Jedis(server, config)) {
            connection = jedis;
            jedis.subscribe(to, channel);
        } finally {
            connection = null;
        }
    }

    @Override
    public void cut() {
        Jedis open = connection;
        if (open != null) {
            open.disconnect();
        }
    }
}
