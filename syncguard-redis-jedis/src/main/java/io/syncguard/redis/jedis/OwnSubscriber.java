package io.syncguard.redis.jedis;

import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Subscribes on a connection outside the pool, which can be cut, also while it is opened or a sentinel is asked. */
final class OwnSubscriber implements JedisSubscription.Subscriber {
    private final ServerFinder servers;
    private final JedisClientConfig config;
    private volatile @Nullable Socket socket;
    private volatile boolean ended;

    OwnSubscriber(ServerFinder servers, JedisClientConfig config) {
        this.servers = servers;
        this.config = config;
    }

    @Override
    public void subscribe(BinaryJedisPubSub to, byte[] channel) {
        try {
            HostAndPort server = servers.find(Duration.ofMillis(config.getConnectionTimeoutMillis()), this::mayUse);
            try (Jedis jedis = new Jedis(() -> socketTo(server), config)) {
                jedis.subscribe(to, channel);
            }
        } finally {
            socket = null;
        }
    }

    private Socket socketTo(HostAndPort server) {
        Socket opened = new DefaultJedisSocketFactory(server, config).createSocket();
        if (!mayUse(opened)) {
            CuttableSocketFactory.closeQuietly(opened);
            throw new JedisConnectionException("ended while the connection was opened");
        }
        return opened;
    }

    /** Has a socket be cut from now on. It is seen by whoever ends this, or the end is seen here. */
    private boolean mayUse(Socket opened) {
        socket = opened;
        return !ended;
    }

    @Override
    public void cut() {
        Socket open = socket;
        if (open != null) {
            CuttableSocketFactory.closeQuietly(open);
        }
    }

    @Override
    public void end() {
        ended = true;
        cut();
    }
}
