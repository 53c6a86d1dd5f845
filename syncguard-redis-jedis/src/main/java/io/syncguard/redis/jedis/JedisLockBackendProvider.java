package io.syncguard.redis.jedis;

import io.syncguard.LockException;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens {@code redis://user:password@host:port/database} and {@code rediss://…} (TLS), also as {@code redis+jedis} and
 * {@code rediss+jedis}. Parameters are {@link RedisOptions#URI_PARAMETERS} and {@code maxConnections}, the size of the
 * connection pool (8 by default). Connects at the first operation.
 */
public final class JedisLockBackendProvider implements LockBackendProvider {
    private static final String MAX_CONNECTIONS = "maxConnections";
    private static final int DEFAULT_CONNECTIONS = 8;
    private static final int MOST_CONNECTIONS = 10_000;

    /** For {@link java.util.ServiceLoader}. */
    public JedisLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-redis-jedis";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis+jedis", "rediss+jedis");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        Set<String> known = new TreeSet<>(RedisOptions.URI_PARAMETERS);
        known.add(MAX_CONNECTIONS);
        uri.requireKnownParameters(known);
        RedisAddress address = RedisAddress.from(uri);
        RedisOptions options = RedisOptions.from(uri);
        return JedisLockBackend.open(address, options, connections(uri));
    }

    private static int connections(BackendUri uri) {
        long connections = uri.numberOr(MAX_CONNECTIONS, DEFAULT_CONNECTIONS);
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw LockException.invalidArgument(
                    MAX_CONNECTIONS + " must be from 1 to " + MOST_CONNECTIONS + ", not " + connections);
        }
        return (int) connections;
    }
}
