package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.SilentEncryptedServers;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;

/** Encrypted connections that lead nowhere (RDS-13, RDS-17), met through Lettuce. */
class SilentEncryptedServersTest extends SilentEncryptedServers {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(String host, int port, RedisOptions options) {
        RedisClient client = RedisClient.create(RedisURI.builder()
                .withHost(host)
                .withPort(port)
                .withSsl(true)
                .withTimeout(SOCKET_TIMEOUT)
                .build());
        keep(client::shutdown);
        return LettuceLockBackend.create(client, options);
    }
}
