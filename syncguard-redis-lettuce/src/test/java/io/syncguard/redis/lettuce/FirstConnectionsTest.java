package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.FirstConnections;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Optional;

/** The first connection of a backend on Lettuce. */
class FirstConnectionsTest extends FirstConnections {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(int port, RedisOptions options, Duration timeout) {
        RedisURI uri = RedisURI.create("127.0.0.1", port);
        uri.setTimeout(timeout);
        RedisClient client = RedisClient.create(uri);
        keep(client::shutdown);
        return LettuceLockBackend.create(client, options);
    }

    @Override
    protected Optional<LockBackend> ofOtherKind(int port, RedisOptions options) {
        return Optional.empty();
    }
}
