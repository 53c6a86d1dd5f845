package io.syncguard.redis.jedis;

import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisLockBackend;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.CallDeadlines;
import java.util.function.IntFunction;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/**
 * Makes backends for locks in Redis through Jedis; {@link RedisLockBackend} says what they do. Each call blocks a thread for one
 * round trip. Stateless.
 *
 * <p>No call takes longer than {@link RedisOptions#operationTimeout()}, whatever the timeouts of a client that was
 * handed in (OPT-2). Calls run on the caller's thread, over connections of the backend's own. Only a client that is neither for one
 * server nor for a cluster keeps its connections to itself, and costs a hand-over between two threads per call.
 *
 * <p>Works with Jedis 6.0.0 to 8.x. Names of clients below are those of Jedis 7.2 and later; before, {@code JedisPooled} is a {@code
 * RedisClient}, {@code JedisCluster} is a {@code RedisClusterClient} and {@code JedisSentineled} is a {@code RedisSentinelClient}.
 */
public final class JedisLockBackend {
    private static final String NAME = "redis-jedis";

    private JedisLockBackend() {}

    /**
     * Returns a backend on a client of the caller's: a {@code RedisClient}, a {@code RedisClusterClient}, or another {@link
     * UnifiedJedis} that talks to one server. The client stays the caller's to close. Does not connect, unless replicas are to
     * acknowledge.
     *
     * <p>The backend opens connections of its own as the pools of a {@code RedisClient} or {@code RedisClusterClient} do, at most as many as
     * those may have, and borrows none of theirs. It closes those that were not used for a minute.
     *
     * <p>Give the client connection and socket timeouts: while it opens a connection to a server that does not answer, it
     * keeps a thread of the backend's, after {@link RedisLockBackend#close()} too, until they end it.
     *
     * <p>From the first time that somebody has to wait for a lock, the backend hears of releases on one more connection of its own; in
     * a cluster on one to each master. Another kind of client lends one of its connections for that, until the backend is closed.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the version of Jedis is not supported; if the client shows nobody its
     *     connections, as one with an executor of the application's may before Jedis 8; if the prefix cannot be one in a cluster
     *     (CLU-2); if replicas are to acknowledge,
     *     and the server cannot be asked for that: {@code INVALID_ARGUMENT} if it does not know how, {@code AUTH_FAILED} if the user
     *     may not
     */
    @CheckReturnValue
    public static RedisLockBackend create(UnifiedJedis client, RedisOptions options) {
        InvalidArgumentException.requireNonNull(options, "options");
        InvalidArgumentException.requireNonNull(client, "client");
        SupportedJedis.require();
        CallDeadlines deadlines = deadlines(options);
        ClusterConnectionProvider cluster = JedisDifferences.cluster(client);
        return cluster != null
                ? inCluster(
                        connections -> ClusterConnections.likeThoseOf(cluster, deadlines, connections),
                        options,
                        deadlines,
                        HandedInClient.connections(cluster))
                : RedisLockBackend.over(
                        NAME,
                        new RedisRequests(options),
                        options,
                        transport(
                                HandedInClient.runner(client, deadlines),
                                deadlines,
                                HandedInClient.connections(client)),
                        subscribing(HandedInSubscriber.of(client), options));
    }

    private static RedisLockBackend inCluster(
            IntFunction<ClusterConnections> opening, RedisOptions options, CallDeadlines deadlines, int connections) {
        RedisRequests requests = RedisRequests.inCluster(options);
        ClusterConnections cluster = opening.apply(connections);
        return RedisLockBackend.over(
                NAME,
                requests,
                options,
                transport(new ClusterRunner(cluster), deadlines, connections),
                (channels, listener) ->
                        new ClusterSubscription(cluster, channels, options.operationTimeout(), listener));
    }

    private static CallDeadlines deadlines(RedisOptions options) {
        return CallDeadlines.of(options.operationTimeout(), options.connectTimeout());
    }

    private static JedisTransport transport(CommandRunner runner, CallDeadlines deadlines, int connections) {
        return new JedisTransport(runner, deadlines, connections, true);
    }

    private static RedisLockBackend.Subscribing subscribing(
            JedisSubscription.Subscriber subscriber, RedisOptions options) {
        return (channels, listener) ->
                new JedisSubscription(subscriber, channels.get(0), options.operationTimeout(), listener);
    }

    /** Returns a backend on a client of its own, which it will close. Does not connect. */
    static RedisLockBackend open(RedisAddress address, RedisOptions options, int connections) {
        CallDeadlines deadlines = deadlines(options);
        if (address.cluster()) {
            return inCluster(
                    each -> ClusterConnections.to(address, options, deadlines, each), options, deadlines, connections);
        }
        CallWatchdog watchdog = new CallWatchdog();
        ConnectionSource source = OwnClient.connections(address, options, watchdog);
        return RedisLockBackend.over(
                NAME,
                new RedisRequests(options),
                options,
                transport(CallersThreadRunner.on(source, connections, watchdog), deadlines, connections),
                subscribing(OwnClient.subscriber(address, options), options));
    }
}
