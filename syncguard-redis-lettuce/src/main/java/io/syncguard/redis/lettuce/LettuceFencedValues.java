package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.Optional;

/**
 * Opens fenced values in Redis through Lettuce. {@link RedisFencedValues} says what they are, and how calls fail. All calls of one object share one connection. Stateless.
 *
 * <p>A call from the thread that reads the server's replies, as in a callback of Lettuce's, is {@code ABORTED} at once.
 */
public final class LettuceFencedValues {
    private LettuceFencedValues() {}

    /** Returns fenced values whose calls take 3 seconds at the most. As {@link #create(RedisClient, Duration)}. */
    @CheckReturnValue
    public static RedisFencedValues create(RedisClient client) {
        return create(client, BackendTimeout.OPERATION.byDefault());
    }

    /**
     * Returns fenced values behind a client of the caller's, created with the server's URI. The client stays the caller's to shut
     * down; the guard's own connection is closed with the guard. Does not connect.
     *
     * @param operationTimeout the longest a call takes, whatever the client's own timeouts: from 1 ms to 1 hour
     * @throws LockException {@code INVALID_ARGUMENT} if it is out of range, or if the Lettuce on the class path is too old or too new
     *     (RDS-27)
     */
    @CheckReturnValue
    public static RedisFencedValues create(RedisClient client, Duration operationTimeout) {
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedLettuce.require();
        return RedisFencedValues.over(LettuceTransport.toServer(
                client,
                HandedInClient.opener(client),
                LettuceServerCheck.none(),
                CallDeadlines.withinOperationTimeout(operationTimeout),
                ConnectionCount.SHARED,
                () -> {}));
    }

    /** Returns fenced values in a cluster whose calls take 3 seconds at the most. As {@link #create(RedisClusterClient, Duration)}. */
    @CheckReturnValue
    public static RedisFencedValues create(RedisClusterClient client) {
        return create(client, BackendTimeout.OPERATION.byDefault());
    }

    /** Returns fenced values in a cluster, whose own connections are one to each master. Otherwise as {@link #create(RedisClient, Duration)}. */
    @CheckReturnValue
    public static RedisFencedValues create(RedisClusterClient client, Duration operationTimeout) {
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedLettuce.require();
        return RedisFencedValues.over(LettuceTransport.toCluster(
                client,
                new ClusterNodes(client, Optional.empty()),
                LettuceServerCheck.none(),
                CallDeadlines.withinOperationTimeout(operationTimeout),
                ConnectionCount.SHARED,
                () -> {}));
    }
}
