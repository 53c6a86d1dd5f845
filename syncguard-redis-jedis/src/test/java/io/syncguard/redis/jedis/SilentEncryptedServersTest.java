package io.syncguard.redis.jedis;

import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.SilentEncryptedServers;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Encrypted connections that lead nowhere (RDS-13, RDS-17), met through Jedis. */
class SilentEncryptedServersTest extends SilentEncryptedServers {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(String host, int port, RedisOptions options) {
        UnifiedJedis client = JedisClients.create(new HostAndPort(host, port), config());
        keep(client);
        return JedisLockBackend.create(client, options);
    }

    private static JedisClientConfig config() {
        return DefaultJedisClientConfig.builder()
                .sslOptions(SslOptions.builder().build())
                .timeoutMillis((int) SOCKET_TIMEOUT.toMillis())
                .build();
    }

    @Test
    @DisplayName("OPT-2, RDS-13 the same goes for a client that keeps its connections to itself")
    @SuppressWarnings("deprecation") // Applications have them.
    void clientThatKeepsItsConnections() {
        UnifiedJedis client = new UnifiedJedis(
                new PooledConnectionProvider(new HostAndPort("localhost", port()), config()), 1, Duration.ofSeconds(4));
        keep(client);
        try (SyncGuard guard = SyncGuard.using(JedisLockBackend.create(client, OPTIONS))) {
            assertCallsKeepTheirTimeout(guard);
        }
    }
}
