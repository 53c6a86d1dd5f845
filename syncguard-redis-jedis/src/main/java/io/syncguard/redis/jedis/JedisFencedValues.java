package io.syncguard.redis.jedis;

import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import redis.clients.jedis.UnifiedJedis;

/** Opens fenced values in Redis through Jedis. {@link RedisFencedValues} says what they are, and how calls fail. Stateless. */
public final class JedisFencedValues {
    private JedisFencedValues() {}

    /** Returns fenced values whose calls take 3 seconds at the most. As {@link #create(UnifiedJedis, Duration)}. */
    @CheckReturnValue
    public static RedisFencedValues create(UnifiedJedis client) {
        return create(client, BackendTimeout.OPERATION.byDefault());
    }

    /**
     * Returns fenced values behind a client of the caller's, a {@code RedisClient} or another {@link UnifiedJedis}, such as one for
     * a cluster. The client stays the caller's to close. Does not connect.
     *
     * <p>Give the client connection and socket timeouts: while it opens a connection to a server that does not answer, it
     * keeps a thread of ours, after {@link RedisFencedValues#close()} too, until they end it.
     *
     * @param operationTimeout the longest a call takes, whatever the client's own timeouts: from 1 ms to 1 hour
     * @throws LockException {@code INVALID_ARGUMENT} if it is out of range, or if the version of Jedis is not supported
     */
    @CheckReturnValue
    public static RedisFencedValues create(UnifiedJedis client, Duration operationTimeout) {
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedJedis.require();
        CallDeadlines deadlines = CallDeadlines.withinOperationTimeout(operationTimeout);
        return RedisFencedValues.over(new JedisTransport(
                HandedInClient.runner(client, deadlines), deadlines, HandedInClient.connections(client), false));
    }
}
