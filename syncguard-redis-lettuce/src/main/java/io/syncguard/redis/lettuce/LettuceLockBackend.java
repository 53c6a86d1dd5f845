package io.syncguard.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.FenceMemory;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.redis.common.RedisWakeUps;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks in Redis through Lettuce. Thread-safe. Calls share one connection, or a few where asked for, and in a cluster one to each
 * master. Requests follow each other over it without waiting for replies; those of callers who call at the same time are sent
 * together. No call takes longer than {@link RedisOptions#operationTimeout()}, whatever the timeouts of a client that was handed
 * in (OPT-2).
 *
 * <p>{@link #async()} is what Lettuce does by nature; the blocking methods wait for its futures, each for one round trip.
 * Futures complete on the thread that reads the server's replies, or on one of Lettuce's timers, which what depends on
 * them must not block. A blocking call from such a reading thread, as in a callback of Lettuce's, is {@code ABORTED} at once.
 *
 * <p>Lettuce reconnects and sends again what was unanswered, which is safe because all operations are idempotent by lock
 * id.
 */
public final class LettuceLockBackend implements LockBackend, FenceMemory.Source {
    private final BackendCapabilities capabilities;
    private final RedisRequests requests;
    private final LettuceCalls calls;
    private final LettuceAsyncBackend async;
    private final @Nullable Runnable closeClient;
    private final RedisWakeUps.Subscription subscription;
    private final Optional<WakeUps> wakeUps;

    private LettuceLockBackend(
            LettuceCalls calls,
            RedisRequests requests,
            RedisWakeUps.Subscription subscription,
            RedisOptions options,
            @Nullable Runnable closeClient) {
        this.capabilities = new BackendCapabilities("redis-lettuce", true, options.operationTimeout());
        this.requests = requests;
        this.calls = calls;
        this.async = new LettuceAsyncBackend(requests, calls);
        this.closeClient = closeClient;
        this.subscription = subscription;
        this.wakeUps = Optional.of(RedisWakeUps.of(requests, new WaitingCalls(calls), subscription));
    }

    /**
     * Returns a backend on a client of the caller's with one connection. As {@link #create(RedisClient, RedisOptions,
     * int)}.
     */
    @CheckReturnValue
    public static LettuceLockBackend create(RedisClient client, RedisOptions options) {
        return create(client, options, ConnectionCount.SHARED);
    }

    /**
     * Returns a backend on a client of the caller's, created with the server's URI. The client stays the caller's to shut
     * down; the backend's own connections are closed with the backend. Does not connect, unless replicas are to acknowledge.
     *
     * @param connections how many connections calls take turns on, from 1 to 10,000; more than one is for machines on
     *     which reading replies keeps a processor busy
     * @throws LockException {@code INVALID_ARGUMENT} if that number is out of range, or if replicas are to acknowledge and the server
     *     does not know how; other codes if it cannot be asked
     */
    @CheckReturnValue
    public static LettuceLockBackend create(RedisClient client, RedisOptions options, int connections) {
        Objects.requireNonNull(client, "client");
        return opened(
                client,
                HandedInClient.opener(client),
                HandedInClient.subscriber(client),
                null,
                options,
                ConnectionCount.checked(connections));
    }

    /**
     * Returns a backend on a client of the caller's for a cluster, with one connection to each master. The client stays the caller's
     * to shut down; the backend's own connections are closed with the backend. Does not connect, unless replicas are to acknowledge.
     *
     * <p>The backend has the client look again which masters there are when a node redirects a call or cannot be reached, up to five
     * times a second; the client needs no options for that.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix cannot be one in a cluster (CLU-2), or if replicas are to acknowledge
     *     and the servers do not know how; other codes if they cannot be asked
     */
    @CheckReturnValue
    public static LettuceLockBackend create(RedisClusterClient client, RedisOptions options) {
        Objects.requireNonNull(client, "client");
        return inCluster(client, null, options, ConnectionCount.SHARED);
    }

    /** Returns a backend on a client of its own, which it will close. Does not connect. */
    static LettuceLockBackend open(RedisAddress address, RedisOptions options, int connections) {
        if (address.cluster()) {
            OwnClusterClient own = new OwnClusterClient(address, options);
            return inCluster(own.client(), own, options, connections);
        }
        OwnClient own = new OwnClient(address, options, connections);
        return opened(
                own.client(),
                () -> own.client().connectAsync(ByteArrayCodec.INSTANCE, own.address()),
                () -> own.client().connectPubSubAsync(ByteArrayCodec.INSTANCE, own.address()),
                own,
                options,
                connections);
    }

    private static LettuceLockBackend opened(
            RedisClient client,
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener,
            Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> subscriber,
            @Nullable OwnClient own,
            RedisOptions options,
            int connections) {
        RedisRequests requests = new RedisRequests(options);
        LettuceServerCheck check = new LettuceServerCheck();
        LettuceLockBackend backend = new LettuceLockBackend(
                LettuceCalls.over(
                        client,
                        () -> new LettuceConnection(check.after(opener), options.operationTimeout()),
                        options.operationTimeout(),
                        connections),
                requests,
                subscription(client, LettuceSubscription.Places.one(subscriber), requests, options),
                options,
                own == null ? null : own::close);
        return backend.checked(
                options,
                () -> LettuceWaitCheck.run(
                        opener, connection -> connection.async().waitForReplication(0, 1), options.operationTimeout()));
    }

    private static LettuceLockBackend inCluster(
            RedisClusterClient client, @Nullable OwnClusterClient own, RedisOptions options, int connections) {
        RedisRequests requests;
        try {
            requests = RedisRequests.inCluster(options);
        } catch (LockException e) {
            if (own != null) {
                own.close();
            }
            throw e;
        }
        ClusterNodes cluster = new ClusterNodes(client);
        LettuceServerCheck check = new LettuceServerCheck();
        LettuceLockBackend backend = new LettuceLockBackend(
                LettuceCalls.over(
                        client,
                        () -> new ClusterRoute(cluster, check, options.operationTimeout()),
                        options.operationTimeout(),
                        connections),
                requests,
                subscription(client, new ClusterPlaces(cluster), requests, options),
                options,
                () -> {
                    cluster.close();
                    if (own != null) {
                        own.close();
                    }
                });
        return backend.checked(
                options,
                () -> LettuceWaitCheck.run(
                        () -> cluster.known().thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE)),
                        connection -> connection.async().waitForReplication(0, 1),
                        options.operationTimeout()));
    }

    private static LettuceSubscription subscription(
            AbstractRedisClient client,
            LettuceSubscription.Places places,
            RedisRequests requests,
            RedisOptions options) {
        return new LettuceSubscription(
                places,
                client.getResources().eventExecutorGroup(),
                options.operationTimeout(),
                RedisWakeUps.channels(requests),
                RedisWakeUps.hearer(requests));
    }

    private LettuceLockBackend checked(RedisOptions options, Runnable waitCheck) {
        if (options.replicaAcks().isWanted()) {
            try {
                waitCheck.run();
            } catch (LockException e) {
                close();
                throw e;
            }
        }
        return this;
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    /** {@inheritDoc} In a cluster it says where the lock is, and only such an id can be used to take it (CLU-1). */
    @Override
    public LockId newLockId(LockKey key) {
        return requests.newLockId(key);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return calls.run(requests.acquire(key, id, ttl));
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException also {@code SERVICE_UNAVAILABLE} if the connection broke and the lock is gone since,
     *     whether by this call or by its expiry
     */
    @Override
    public ReleaseResult release(LockId id) {
        return calls.run(requests.release(id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return calls.run(requests.extend(id, ttl));
    }

    /** {@inheritDoc} Marks the id on the server for some minutes, so that a late acquire is refused. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        calls.run(requests.abandon(key, id));
    }

    @Override
    public boolean isLocked(LockKey key) {
        return calls.run(requests.isLocked(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return calls.run(requests.lookup(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return calls.run(requests.lookup(id));
    }

    @Override
    public FenceMemory fenceMemory() {
        return requests.fenceMemory(calls::run);
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    /** {@inheritDoc} On a connection of its own, from the first time that somebody waits. */
    @Override
    public Optional<WakeUps> wakeUps() {
        return wakeUps;
    }

    @Override
    public void close() {
        subscription.close();
        calls.close();
        if (closeClient != null) {
            closeClient.run();
        }
    }
}
