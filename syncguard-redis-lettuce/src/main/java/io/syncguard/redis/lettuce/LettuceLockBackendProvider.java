package io.syncguard.redis.lettuce;

import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisUriParameters;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Set;

/**
 * Opens {@code redis://user:password@host:port/database} and {@code rediss://…} (TLS), also as {@code redis+lettuce} and
 * {@code rediss+lettuce}, and {@code redis-sentinel://host:port,host:port?master=name} and {@code redis-cluster://host:port,host:port} likewise. Parameters are {@link RedisOptions#URI_PARAMETERS} and {@code maxConnections}, how many
 * connections calls take turns on (1 by default; in a cluster so many to each master). Connects at the first operation.
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
        return Set.of(
                "redis",
                "rediss",
                "redis+lettuce",
                "rediss+lettuce",
                "redis-sentinel",
                "rediss-sentinel",
                "redis-sentinel+lettuce",
                "rediss-sentinel+lettuce",
                "redis-cluster",
                "rediss-cluster",
                "redis-cluster+lettuce",
                "rediss-cluster+lettuce");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        SupportedLettuce.require();
        RedisUriParameters.requireKnown(uri);
        RedisAddress address = RedisAddress.from(uri);
        RedisOptions options = RedisOptions.from(uri);
        return LettuceLockBackend.open(address, options, ConnectionCount.from(uri, ConnectionCount.SHARED));
    }
}
