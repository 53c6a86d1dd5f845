package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.SilentEncryptedServers;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;

/** Encrypted connections that lead nowhere (RDS-13, RDS-17), met through Jedis. */
class SilentEncryptedServersTest extends SilentEncryptedServers {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(String host, int port, RedisOptions options) {
        RedisClient client = RedisClient.builder()
                .hostAndPort(new HostAndPort(host, port))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .sslOptions(SslOptions.defaults())
                        .timeoutMillis((int) SOCKET_TIMEOUT.toMillis())
                        .build())
                .build();
        keep(client);
        return JedisLockBackend.create(client, options);
    }
}
