package io.syncguard.redis.jedis;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisFenceGuard;
import io.syncguard.spi.OperationTimeout;
import java.time.Duration;
import java.util.Objects;
import redis.clients.jedis.UnifiedJedis;

/** Makes guards of values in Redis through Jedis. {@link RedisFenceGuard} says what they are, and how calls fail. Stateless. */
public final class JedisFenceGuard {
    private JedisFenceGuard() {}

    /** Returns a guard whose calls take 3 seconds at the most. As {@link #create(UnifiedJedis, Duration)}. */
    @CheckReturnValue
    public static RedisFenceGuard create(UnifiedJedis client) {
        return create(client, OperationTimeout.DEFAULT);
    }

    /**
     * Returns a guard on a client of the caller's, a {@code RedisClient} or another {@link UnifiedJedis}, such as one for
     * a cluster. The client stays the caller's to close. Does not connect.
     *
     * <p>Give the client connection and socket timeouts: while it opens a connection to a server that does not answer, it
     * keeps a thread of the guard's, after {@link RedisFenceGuard#close()} too, until they end it.
     *
     * @param operationTimeout the longest a call takes, whatever the client's own timeouts: from 1 ms to 1 hour
     * @throws LockException {@code INVALID_ARGUMENT} if it is out of range
     */
    @CheckReturnValue
    public static RedisFenceGuard create(UnifiedJedis client, Duration operationTimeout) {
        Objects.requireNonNull(client, "client");
        Duration timeout = OperationTimeout.checked(operationTimeout);
        return RedisFenceGuard.over(new JedisTransport(
                HandedInClient.runner(client, timeout), timeout, HandedInClient.connections(client), false));
    }
}
