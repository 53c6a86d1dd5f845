package io.syncguard.redis.jedis;

import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisUriParameters;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Set;

/**
 * Opens {@code redis://user:password@host:port/database} and {@code rediss://…} (TLS), also as {@code redis+jedis} and
 * {@code rediss+jedis}, and {@code redis-sentinel://host:port,host:port?master=name} and {@code redis-cluster://host:port,host:port} likewise. Parameters are {@link RedisOptions#URI_PARAMETERS} and {@code maxConnections}, the size of the
 * connection pool (32 by default; in a cluster one pool to each node); no more are opened than are needed at a time. Connects at the first operation.
 */
public final class JedisLockBackendProvider implements LockBackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public JedisLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-redis-jedis";
    }

    @Override
    public Set<String> schemes() {
        return Set.of(
                "redis",
                "rediss",
                "redis+jedis",
                "rediss+jedis",
                "redis-sentinel",
                "rediss-sentinel",
                "redis-sentinel+jedis",
                "rediss-sentinel+jedis",
                "redis-cluster",
                "rediss-cluster",
                "redis-cluster+jedis",
                "rediss-cluster+jedis");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        SupportedJedis.require();
        RedisUriParameters.requireKnown(uri);
        RedisAddress address = RedisAddress.from(uri);
        RedisOptions options = RedisOptions.from(uri);
        return JedisLockBackend.open(address, options, ConnectionCount.from(uri, ConnectionCount.POOL));
    }
}
