package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import java.time.Duration;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** The Jedis client we open for a URI, with every wait of its own bounded by the operation timeout (OPT-2). */
final class OwnClient {
    private OwnClient() {}

    static RedisClient open(RedisAddress address, RedisOptions options, int connections, CallWatchdog watchdog) {
        HostAndPort server = new HostAndPort(address.host(), address.port());
        JedisClientConfig config = config(address, options);
        CuttableSocketFactory sockets = new CuttableSocketFactory(server, config, watchdog);
        ConnectionFactory factory = ConnectionFactory.builder()
                .clientConfig(config)
                .socketFactory(sockets)
                .connectionBuilder(TellingConnection.builder(sockets, config))
                .build();
        return RedisClient.builder()
                .hostAndPort(server)
                .clientConfig(config)
                .connectionProvider(
                        new PooledConnectionProvider(factory, pool(connections, options.operationTimeout())))
                .build();
    }

    /** Returns what subscribes on a connection of its own. */
    static OwnSubscriber subscriber(RedisAddress address, RedisOptions options) {
        return new OwnSubscriber(new HostAndPort(address.host(), address.port()), config(address, options));
    }

    private static JedisClientConfig config(RedisAddress address, RedisOptions options) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                // Named, because Jedis would otherwise connect right here to find out.
                .resp2()
                .timeoutMillis((int) options.operationTimeout().toMillis())
                .database(address.database());
        if (address.tls()) {
            config.sslOptions(SslOptions.defaults());
        }
        address.user().ifPresent(config::user);
        address.password().ifPresent(config::password);
        return config.build();
    }

    private static ConnectionPoolConfig pool(int connections, Duration longestWait) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        pool.setMaxWait(longestWait);
        pool.setJmxEnabled(false);
        // A connection that died idle is found out by its next request, which is sent again. No thread needed.
        pool.setTestWhileIdle(false);
        pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        return pool;
    }
}
