package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisReplies;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockRecord;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Ttl;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Locks in Redis through Lettuce. Thread-safe; all calls share one connection, over which requests follow each other
 * without waiting for replies. Each call blocks the calling thread for one round trip, and no call takes longer than
 * {@link RedisOptions#operationTimeout()}, whatever the timeouts of a client that was handed in (OPT-2).
 *
 * <p>Lettuce reconnects and sends again what was unanswered, which is safe because all operations are idempotent by lock
 * id. A call from the thread that reads this backend's replies, as in a callback of Lettuce's, is {@code ABORTED} at once.
 */
public final class LettuceLockBackend implements LockBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("redis-lettuce", true);

    private final RedisRequests requests;
    private final LettuceScripts scripts;
    private final @Nullable OwnClient ownClient;

    private LettuceLockBackend(LettuceConnection connection, @Nullable OwnClient ownClient, RedisOptions options) {
        this.requests = new RedisRequests(options);
        this.scripts = new LettuceScripts(connection, options.operationTimeout());
        this.ownClient = ownClient;
    }

    /**
     * Returns a backend on a client of the caller's, created with the server's URI. The client stays the caller's to shut
     * down; the backend's one connection is closed with the backend. Does not connect.
     */
    @CheckReturnValue
    public static LettuceLockBackend create(RedisClient client, RedisOptions options) {
        Objects.requireNonNull(client, "client");
        return new LettuceLockBackend(new LettuceConnection(() -> connecting(client)), null, options);
    }

    /** Lettuce connects to a client's default address in a blocking way only. */
    private static CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connecting(RedisClient client) {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> opening = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        opening.complete(client.connect(ByteArrayCodec.INSTANCE));
                    } catch (RuntimeException e) {
                        opening.completeExceptionally(e);
                    }
                },
                "syncguard-lettuce-connect");
        thread.setDaemon(true);
        thread.start();
        return opening;
    }

    /** Returns a backend on a client of its own, which it will close. Does not connect. */
    static LettuceLockBackend open(RedisAddress address, RedisOptions options) {
        OwnClient own = new OwnClient(address, options);
        LettuceConnection connection =
                new LettuceConnection(() -> own.client().connectAsync(ByteArrayCodec.INSTANCE, own.address()));
        return new LettuceLockBackend(connection, own, options);
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        Fingerprinted lock = key::fingerprint;
        Object reply = scripts.run(requests.acquire(key, id, ttl), LockOperation.ACQUIRE, lock)
                .value();
        return RedisReplies.acquire(reply, lock);
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException also {@code SERVICE_UNAVAILABLE} if the connection broke and the lock is gone since,
     *     whether by this call or by its expiry
     */
    @Override
    public ReleaseResult release(LockId id) {
        Fingerprinted lock = id::fingerprint;
        LettuceScripts.Reply reply = scripts.run(requests.release(id), LockOperation.RELEASE, lock);
        return RedisFailures.honest(RedisReplies.release(reply.value(), lock), reply.sentBefore(), lock);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        Fingerprinted lock = id::fingerprint;
        Object reply = scripts.run(requests.extend(id, ttl), LockOperation.EXTEND, lock)
                .value();
        return RedisReplies.extend(reply, lock);
    }

    /** {@inheritDoc} Marks the id on the server for some minutes, so that a late acquire is refused. */
    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        Fingerprinted lock = key::fingerprint;
        LettuceScripts.Reply unused = scripts.run(requests.abandon(key, id), LockOperation.RELEASE, lock);
    }

    @Override
    public boolean isLocked(LockKey key) {
        Fingerprinted lock = key::fingerprint;
        Object reply = scripts.run(requests.isLocked(key), LockOperation.IS_LOCKED, lock)
                .value();
        return RedisReplies.isLocked(reply, lock);
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        Fingerprinted lock = key::fingerprint;
        Object reply =
                scripts.run(requests.lookup(key), LockOperation.LOOKUP, lock).value();
        return RedisReplies.lookup(reply, lock);
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        Fingerprinted lock = id::fingerprint;
        Object reply =
                scripts.run(requests.lookup(id), LockOperation.LOOKUP, lock).value();
        return RedisReplies.lookup(reply, lock).filter(found -> found.id().equals(id));
    }

    @Override
    public void close() {
        scripts.close();
        if (ownClient != null) {
            ownClient.close();
        }
    }
}
