package io.syncguard.redis.jedis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * Subscribes on a connection that is opened as the pool of a client does that was handed in, and is none of the pool's: guards that
 * share a client must not take its last connections for listening.
 */
final class HandedInSubscriber implements JedisSubscription.Subscriber {
    private final Pool<Connection> pool;
    private volatile @Nullable Connection connection;

    private HandedInSubscriber(Pool<Connection> pool) {
        this.pool = pool;
    }

    /** Returns what subscribes through a client. One without a pool takes a connection as it takes it for calls. */
    static JedisSubscription.Subscriber of(UnifiedJedis client) {
        if (client instanceof RedisClient pooled) {
            return new HandedInSubscriber(pooled.getPool());
        }
        return new JedisSubscription.Subscriber() {
            @Override
            public void subscribe(BinaryJedisPubSub to, byte[] channel) {
                client.subscribe(to, channel);
            }

            /** Nobody knows which connection it is. */
            @Override
            public void cut() {}
        };
    }

    @Override
    public void subscribe(BinaryJedisPubSub to, byte[] channel) {
        if (pool.isClosed()) {
            throw new JedisException("the client was closed");
        }
        try (Connection opened = OpenConnection.by(pool.getFactory()).connection()) {
            connection = opened;
            to.proceed(opened, channel);
        } finally {
            connection = null;
        }
    }

    @Override
    public void cut() {
        Connection open = connection;
        if (open != null) {
            try {
                open.forceDisconnect();
            } catch (IOException e) {
                // Closed or as good as closed.
            }
        }
    }
}
