package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.FirstConnections;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** The first connection of a backend on Jedis. */
class FirstConnectionsTest extends FirstConnections {
    private static final JedisClientConfig PATIENT =
            DefaultJedisClientConfig.builder().timeoutMillis(200_000).build();

    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(int port, RedisOptions options, Duration timeout) {
        UnifiedJedis client = JedisClients.create(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder()
                        .timeoutMillis((int) timeout.toMillis())
                        .build());
        keep(client);
        return JedisLockBackend.create(client, options);
    }

    @Override
    @SuppressWarnings("deprecation") // Applications have such clients all the same.
    protected Optional<LockBackend> ofOtherKind(int port, RedisOptions options) {
        PooledConnectionProvider connections =
                new PooledConnectionProvider(new HostAndPort("127.0.0.1", port), PATIENT);
        UnifiedJedis client = new UnifiedJedis(connections, 1, Duration.ofSeconds(1));
        // It has connected to see which protocol the server speaks.
        connections.getPool().clear();
        keep(client);
        return Optional.of(JedisLockBackend.create(client, options));
    }
}
