package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisFenceGuard;
import io.syncguard.spi.OperationTimeout;
import java.time.Duration;
import java.util.Objects;

/**
 * Guarded values in Redis through Lettuce. {@link RedisFenceGuard} says what they are, and how calls fail. Thread-safe.
 * All calls share one connection of the guard's.
 *
 * <p>A call from the thread that reads the server's replies, as in a callback of Lettuce's, is {@code ABORTED} at once.
 */
public final class LettuceFenceGuard extends RedisFenceGuard {
    private final LettuceCalls calls;
    private final Runnable closeNodes;

    private LettuceFenceGuard(LettuceCalls calls, Runnable closeNodes) {
        this.calls = calls;
        this.closeNodes = closeNodes;
    }

    /** Returns a guard whose calls take 3 seconds at the most. As {@link #create(RedisClient, Duration)}. */
    @CheckReturnValue
    public static LettuceFenceGuard create(RedisClient client) {
        return create(client, OperationTimeout.DEFAULT);
    }

    /**
     * Returns a guard on a client of the caller's, created with the server's URI. The client stays the caller's to shut
     * down; the guard's own connection is closed with the guard. Does not connect.
     *
     * @param operationTimeout the longest a call takes, whatever the client's own timeouts: from 1 ms to 1 hour
     * @throws LockException {@code INVALID_ARGUMENT} if it is out of range
     */
    @CheckReturnValue
    public static LettuceFenceGuard create(RedisClient client, Duration operationTimeout) {
        Objects.requireNonNull(client, "client");
        Duration timeout = OperationTimeout.checked(operationTimeout);
        return new LettuceFenceGuard(
                LettuceCalls.over(
                        client,
                        () -> new LettuceConnection(HandedInClient.opener(client), timeout),
                        timeout,
                        ConnectionCount.SHARED),
                () -> {});
    }

    /** Returns a guard in a cluster whose calls take 3 seconds at the most. As {@link #create(RedisClusterClient, Duration)}. */
    @CheckReturnValue
    public static LettuceFenceGuard create(RedisClusterClient client) {
        return create(client, OperationTimeout.DEFAULT);
    }

    /** Returns a guard in a cluster, whose own connections are one to each master. Otherwise as {@link #create(RedisClient, Duration)}. */
    @CheckReturnValue
    public static LettuceFenceGuard create(RedisClusterClient client, Duration operationTimeout) {
        Objects.requireNonNull(client, "client");
        Duration timeout = OperationTimeout.checked(operationTimeout);
        ClusterNodes cluster = new ClusterNodes(client);
        return new LettuceFenceGuard(
                LettuceCalls.over(
                        client,
                        () -> new ClusterRoute(cluster, LettuceServerCheck.none(), timeout),
                        timeout,
                        ConnectionCount.SHARED),
                cluster::close);
    }

    @Override
    protected <T> T run(RedisCall<T> call) {
        return calls.run(call);
    }

    @Override
    public void close() {
        calls.close();
        closeNodes.run();
    }
}
