package io.syncguard.redis.jedis;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
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
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/**
 * Locks in Redis through Jedis. Thread-safe; each call blocks the calling thread for one round trip.
 *
 * <p>No call takes longer than {@link RedisOptions#operationTimeout()}, whatever the timeouts of a client that was
 * handed in (OPT-2). That costs such a client, and any for a cluster, a hand-over between two threads per call, because nothing
 * else can end its opening of a connection; a backend opened by the URI of one server, or of sentinels, does without.
 */
public final class JedisLockBackend implements LockBackend, FenceMemory.Source {
    private final BackendCapabilities capabilities;
    private final RedisRequests requests;
    private final JedisScripts scripts;
    private final ExecutorAsyncBackend threads;
    private final AsyncLockBackend async;
    private final RedisWakeUps.@Nullable Subscription subscription;
    private final Optional<WakeUps> wakeUps;

    /** How a backend subscribes to the channels of its requests. */
    @FunctionalInterface
    private interface Subscribing {
        RedisWakeUps.Subscription to(RedisRequests requests);
    }

    private JedisLockBackend(
            CommandRunner runner,
            RedisRequests requests,
            RedisOptions options,
            int connections,
            @Nullable Subscribing subscribing) {
        this.capabilities = new BackendCapabilities("redis-jedis", true, options.operationTimeout());
        this.requests = requests;
        this.scripts = new JedisScripts(runner, options.operationTimeout(), this::checkServer);
        this.threads = ExecutorAsyncBackend.onThreads(this, options.operationTimeout(), connections);
        this.async = new JedisAsyncBackend(requests, scripts, threads);
        if (subscribing == null) {
            this.subscription = null;
            this.wakeUps = Optional.empty();
        } else {
            this.subscription = subscribing.to(requests);
            this.wakeUps = Optional.of(RedisWakeUps.of(requests, new WaitingCalls(scripts, threads), subscription));
        }
    }

    private void checkServer() {
        threads.start(LockOperation.LOOKUP, () -> null, () -> {
            JedisServerCheck.run(scripts);
            return true;
        });
    }

    /**
     * Returns a backend on a client of the caller's: a {@code RedisClient}, a {@code RedisClusterClient}, or another {@link
     * UnifiedJedis} that talks to one server. The client stays the caller's to close. Does not connect, unless replicas are to
     * acknowledge.
     *
     * <p>Give the client connection and socket timeouts: while it opens a connection to a server that does not answer, it
     * keeps a thread of the backend's, after {@link #close()} too, until they end it. One for a cluster, which may be sending to
     * another node by itself at any moment, keeps it while it waits for an answer too.
     *
     * <p>From the first time that somebody has to wait for a lock, the backend hears of releases on a connection that it opens as the
     * pool of a {@code RedisClient} does, and that is none of the pool's; in a cluster on one to each master. Another client lends one of
     * its connections for that, which cannot be replaced if it falls silent: its waiters then try by themselves. A {@code RedisClient} whose pool has but one is not used so, and its waiters try again after
     * pauses.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the client is a {@code JedisCluster}; if the prefix cannot be one in a cluster
     *     (CLU-2); if replicas are to acknowledge,
     *     and the server cannot be asked for that: {@code INVALID_ARGUMENT} if it does not know how, {@code AUTH_FAILED} if the user
     *     may not
     */
    @CheckReturnValue
    public static JedisLockBackend create(UnifiedJedis client, RedisOptions options) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(client, "client");
        refuseUnknownCluster(client);
        ClientSource source = new HandedInClient(client);
        return client instanceof RedisClusterClient
                ? inCluster(source, options, ConnectionCount.COMMON_POOL)
                : new JedisLockBackend(
                                new HandOverRunner(source),
                                new RedisRequests(options),
                                options,
                                ConnectionCount.COMMON_POOL,
                                hasOneConnection(client) ? null : subscribing(HandedInSubscriber.of(client), options))
                        .checked(options);
    }

    @SuppressWarnings("deprecation") // Which is what the message says.
    private static void refuseUnknownCluster(UnifiedJedis client) {
        if (client instanceof JedisCluster) {
            throw LockException.invalidArgument(
                    "JedisCluster is deprecated and does not say which nodes it knows; hand in a RedisClusterClient, or connect"
                            + " by redis-cluster://host:port,host:port");
        }
    }

    private static JedisLockBackend inCluster(ClientSource source, RedisOptions options, int connections) {
        RedisRequests requests = RedisRequests.inCluster(options);
        return new JedisLockBackend(
                        new HandOverRunner(source),
                        requests,
                        options,
                        connections,
                        to -> new ClusterSubscription(
                                source, RedisWakeUps.channels(to), options.operationTimeout(), RedisWakeUps.hearer(to)))
                .checked(options);
    }

    private static Subscribing subscribing(JedisSubscription.Subscriber subscriber, RedisOptions options) {
        return to -> new JedisSubscription(
                subscriber, RedisWakeUps.channels(to).get(0), options.operationTimeout(), RedisWakeUps.hearer(to));
    }

    private JedisLockBackend checked(RedisOptions options) {
        if (options.replicaAcks().isWanted()) {
            try {
                scripts.requireWait();
            } catch (LockException e) {
                close();
                throw e;
            }
        }
        return this;
    }

    private static boolean hasOneConnection(UnifiedJedis client) {
        return client instanceof RedisClient pooled && pooled.getPool().getMaxTotal() == 1;
    }

    /** Returns a backend on a client of its own, which it will close. Does not connect. */
    static JedisLockBackend open(RedisAddress address, RedisOptions options, int connections) {
        if (address.cluster()) {
            return inCluster(new OwnClusterClient(address, options, connections), options, connections);
        }
        CallWatchdog watchdog = new CallWatchdog();
        UnifiedJedis client = OwnClient.open(address, options, connections, watchdog);
        return new JedisLockBackend(
                        new DirectRunner(client, connections, watchdog),
                        new RedisRequests(options),
                        options,
                        connections,
                        subscribing(OwnClient.subscriber(address, options), options))
                .checked(options);
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
        return scripts.run(requests.acquire(key, id, ttl));
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException also {@code SERVICE_UNAVAILABLE} if the connection broke and the lock is gone since,
     *     whether by this call or by its expiry
     */
    @Override
    public ReleaseResult release(LockId id) {
        return scripts.run(requests.release(id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return scripts.run(requests.extend(id, ttl));
    }

    /** {@inheritDoc} Marks the id on the server for some minutes, so that a late acquire is refused. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        scripts.run(requests.abandon(key, id));
    }

    @Override
    public boolean isLocked(LockKey key) {
        return scripts.run(requests.isLocked(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return scripts.run(requests.lookup(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return scripts.run(requests.lookup(id));
    }

    @Override
    public FenceMemory fenceMemory() {
        return requests.fenceMemory(scripts::run);
    }

    /**
     * {@inheritDoc} Jedis blocks, so each call runs on a virtual thread where the JVM has them. Before JDK 21 it runs on
     * one of as many platform threads as the backend has connections (8 for a client that was handed in), which come and
     * go with the calls; what they cannot take on waits, within the operation timeout.
     */
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
        if (subscription != null) {
            subscription.close();
        }
        scripts.close();
        threads.close();
    }
}
