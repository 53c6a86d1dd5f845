package io.syncguard.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisLockBackend;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.CallDeadlines;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Makes backends for locks in Redis through Lettuce; {@link RedisLockBackend} says what they do. Calls share one connection, or a few
 * where asked for, and in a cluster one to each master. Requests follow each other over it without waiting for replies; those of
 * callers who call at the same time are sent together. Stateless.
 *
 * <p>{@link RedisLockBackend#async()} is what Lettuce does by nature; the blocking methods wait for its futures, each for one round
 * trip. A blocking call from a thread that reads replies, as in a callback of Lettuce's, is {@code ABORTED} at once.
 *
 * <p>A connection that breaks is replaced by the next call, and what was unanswered is sent again there, which is safe because all
 * operations are idempotent by lock id. A server that is not there fails a call at once, whether the client reconnects by itself or not.
 */
public final class LettuceLockBackend {
    private static final String NAME = "redis-lettuce";

    private LettuceLockBackend() {}

    /**
     * Returns a backend on a client of the caller's with one connection. As {@link #create(RedisClient, RedisOptions,
     * int)}.
     */
    @CheckReturnValue
    public static RedisLockBackend create(RedisClient client, RedisOptions options) {
        return create(client, options, ConnectionCount.SHARED);
    }

    /**
     * Returns a backend on a client of the caller's, created with the server's URI. The client stays the caller's to shut
     * down; the backend's own connections are closed with the backend. Does not connect, unless replicas are to acknowledge.
     *
     * @param connections how many connections calls take turns on, from 1 to 10,000; more than one is for machines on
     *     which reading replies keeps a processor busy
     * @throws LockException {@code INVALID_ARGUMENT} if that number is out of range, if the Lettuce on the class path is too old or too
     *     new (RDS-27), or if replicas are to acknowledge and the server does not know how; other codes if it cannot be asked
     */
    @CheckReturnValue
    public static RedisLockBackend create(RedisClient client, RedisOptions options, int connections) {
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedLettuce.require();
        return opened(
                client,
                HandedInClient.opener(client),
                HandedInClient.subscriber(client),
                () -> {},
                options,
                deadlines(options),
                ConnectionCount.checked(connections));
    }

    /**
     * Returns a backend on a client of the caller's for a cluster, with one connection to each master. The client stays the caller's
     * to shut down; the backend's own connections are closed with the backend. Does not connect, unless replicas are to acknowledge.
     *
     * <p>The backend has the client look again which masters there are when a node redirects a call or cannot be reached, up to five
     * times a second; the client needs no options for that.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix cannot be one in a cluster (CLU-2), if the Lettuce on the class path
     *     is too old or too new (RDS-27), or if replicas are to acknowledge and the servers do not know how; other codes if they cannot
     *     be asked
     */
    @CheckReturnValue
    public static RedisLockBackend create(RedisClusterClient client, RedisOptions options) {
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedLettuce.require();
        return inCluster(client, Optional.empty(), options, deadlines(options), ConnectionCount.SHARED);
    }

    /** Returns a backend on a client of its own, which it will close. Does not connect. */
    static RedisLockBackend open(RedisAddress address, RedisOptions options, int connections) {
        CallDeadlines deadlines = deadlines(options);
        if (address.cluster()) {
            OwnClusterClient own = new OwnClusterClient(address, deadlines);
            return inCluster(own.client(), Optional.of(own), options, deadlines, connections);
        }
        OwnClient own = new OwnClient(address, deadlines, connections);
        return opened(own.client(), own::connect, own::connectPubSub, own::close, options, deadlines, connections);
    }

    private static CallDeadlines deadlines(RedisOptions options) {
        return CallDeadlines.of(options.operationTimeout(), options.connectTimeout());
    }

    private static RedisLockBackend opened(
            RedisClient client,
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener,
            Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> subscriber,
            Runnable closeClient,
            RedisOptions options,
            CallDeadlines deadlines,
            int connections) {
        return RedisLockBackend.over(
                NAME,
                new RedisRequests(options),
                options,
                LettuceTransport.toServer(
                        client, opener, new LettuceServerCheck(), deadlines, connections, closeClient),
                subscribing(client, LettuceSubscription.Places.one(subscriber), options));
    }

    private static RedisLockBackend inCluster(
            RedisClusterClient client,
            Optional<OwnClusterClient> own,
            RedisOptions options,
            CallDeadlines deadlines,
            int connections) {
        Runnable closeClient = () -> own.ifPresent(OwnClusterClient::close);
        RedisRequests requests;
        try {
            requests = RedisRequests.inCluster(options);
        } catch (LockException e) {
            closeClient.run();
            throw e;
        }
        ClusterNodes cluster = new ClusterNodes(client, own);
        return RedisLockBackend.over(
                NAME,
                requests,
                options,
                LettuceTransport.toCluster(
                        client, cluster, new LettuceServerCheck(), deadlines, connections, closeClient),
                subscribing(client, new ClusterPlaces(cluster), options));
    }

    private static RedisLockBackend.Subscribing subscribing(
            AbstractRedisClient client, LettuceSubscription.Places places, RedisOptions options) {
        return (channels, listener) -> new LettuceSubscription(
                places, client.getResources().eventExecutorGroup(), options.operationTimeout(), channels, listener);
    }
}
