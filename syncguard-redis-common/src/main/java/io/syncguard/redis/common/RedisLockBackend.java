package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locks in Redis, through whichever client. The client modules make them. Thread-safe. A blocking call takes one round trip. No
 * call takes longer than {@link RedisOptions#operationTimeout()}, whatever the timeouts of a client that was handed in (OPT-2). Only
 * calls that start before the backend has its first connection may take {@link RedisOptions#connectTimeout()} in addition.
 */
public final class RedisLockBackend implements LockBackend, FenceMemory.Source, RedisServerState.Source {
    private final BackendCapabilities capabilities;
    private final RedisRequests requests;
    private final RedisCalls calls;
    private final AsyncLockBackend async;
    private final RedisListing listing;

    /** Null if waiters are to try by themselves. */
    private final @Nullable RedisTurns turns;

    private final Optional<WakeUps> wakeUps;

    /** How a client subscribes. */
    @FunctionalInterface
    public interface Subscribing {
        /**
         * Returns a subscription that begins with the first wait.
         *
         * @param channels by shard
         */
        WakeUpSubscription to(List<byte[]> channels, WakeUpSubscription.Listener listener);
    }

    private RedisLockBackend(
            String name,
            RedisRequests requests,
            RedisOptions options,
            RedisTransport transport,
            @Nullable Subscribing subscribing) {
        this.capabilities = new BackendCapabilities(name, true, options.operationTimeout());
        this.requests = requests;
        this.calls = RedisCalls.over(transport, this);
        this.async = new RedisAsyncBackend(requests, calls);
        this.listing = new RedisListing(requests, calls);
        this.turns = subscribing == null ? null : new RedisTurns(this, requests, calls, subscribing);
        this.wakeUps = Optional.ofNullable(turns).map(RedisTurns::wakeUps);
    }

    /**
     * Returns a backend over a client. Does not connect, unless replicas are to acknowledge.
     *
     * @param name of the backend
     * @param transport is closed with the backend, and also if this throws
     * @param subscribing null if waiters are to try by themselves
     * @throws LockException {@code INVALID_ARGUMENT} if replicas are to acknowledge, and the server does not know how; other codes
     *     if it cannot be asked
     */
    @CheckReturnValue
    public static RedisLockBackend over(
            String name,
            RedisRequests requests,
            RedisOptions options,
            RedisTransport transport,
            @Nullable Subscribing subscribing) {
        RedisLockBackend backend = new RedisLockBackend(name, requests, options, transport, subscribing);
        if (options.replicaAcks().isWanted()) {
            try {
                transport.requireWait();
            } catch (LockException e) {
                backend.close();
                throw e;
            }
        }
        return backend;
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    /**
     * {@inheritDoc} The server is asked whether it would accept the writes of an acquire, by one that changes nothing. So this fails as
     * an acquire does: on a replica, with a full memory, or if the server cannot persist or misses replicas. In a cluster it asks the master
     * that has the first shard.
     */
    @Override
    public void ping() {
        calls.call(requests.ping());
    }

    /** {@inheritDoc} In a cluster it says where the lock is, and only such an id can be used to take it (CLU-1). */
    @Override
    public LockId newLockId(LockKey key) {
        return requests.newLockId(key);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return calls.call(requests.acquire(key, id, ttl));
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException also {@code SERVICE_UNAVAILABLE} if the connection broke and the lock is gone since,
     *     whether by this call or by its expiry
     */
    @Override
    public ReleaseResult release(LockId id) {
        return calls.call(requests.release(id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return calls.call(requests.extend(id, ttl));
    }

    /** {@inheritDoc} Marks the id on the server for some minutes, so that a late acquire is refused. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        calls.call(requests.abandon(key, id));
    }

    @Override
    public boolean isLocked(LockKey key) {
        return calls.call(requests.isLocked(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return calls.call(requests.lookup(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return calls.call(requests.lookup(id));
    }

    /**
     * {@inheritDoc} Each page looks at some hundred keys of the server, whatever they are, so that there are as many pages on a server with
     * a million keys and one lock as on one with a million locks.
     */
    @Override
    public Optional<LockListing> listing() {
        return Optional.of(listing);
    }

    /** {@inheritDoc} */
    @Override
    public void labelHolder(String label) {
        requests.labelHolder(label);
    }

    @Override
    public FenceMemory fenceMemory() {
        return FenceMemory.addedUp(requests, calls::call);
    }

    @Override
    public List<RedisServerState> serverStates() {
        return ServerStates.of(requests, calls);
    }

    /**
     * {@inheritDoc} Through Lettuce, futures complete on the thread that reads the server's replies, or on one of Lettuce's timers,
     * which what depends on them must not block. Jedis blocks, so each call runs on a virtual thread where the JVM has them. Before
     * JDK 21 it runs on one of as many platform threads as the backend may have connections, which come and go with the calls; what
     * they cannot take on waits, within the operation timeout.
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
        if (turns != null) {
            turns.close();
        }
        calls.close();
    }
}
