package io.syncguard.redis.lettuce;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Set;

/**
 * Opens {@code redis://user:password@host:port/database} and {@code rediss://…} (TLS), also as {@code redis+lettuce} and
 * {@code rediss+lettuce}. Parameters are {@link RedisOptions#URI_PARAMETERS}. Connects at the first operation.
 */
public final class LettuceLockBackendProvider implements LockBackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public LettuceLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-redis-lettuce";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis+lettuce", "rediss+lettuce");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        uri.requireKnownParameters(RedisOptions.URI_PARAMETERS);
        RedisAddress address = RedisAddress.from(uri);
        return LettuceLockBackend.open(address, RedisOptions.from(uri));
    }
}
