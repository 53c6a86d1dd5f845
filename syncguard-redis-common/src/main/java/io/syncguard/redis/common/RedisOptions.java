package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.ConnectTimeout;
import io.syncguard.spi.OperationTimeout;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.Set;

/**
 * How a Redis backend keeps its locks. Immutable and thread-safe; each {@code with…} answers a copy.
 *
 * @param keyPrefix what all keys begin with; {@code syncguard} by default. Choose prefixes of which none continues
 *     another by a colon: {@code a} and {@code a:b} would share key {@code b:c} of the one with {@code c} of the other
 * @param cleanupInIsLocked whether {@code isLocked} may delete lock data that is long dead; false by default (CHK-1)
 * @param rejectLongKeys whether a key above 512 bytes is refused instead of replaced by its hash; false by default
 *     (KEY-4)
 * @param operationTimeout the longest any operation takes once the backend has had a connection, from 1 ms to 1 hour; 3 s by default
 *     (OPT-2)
 * @param connectTimeout the longest that opening the first connection takes, from 1 ms to 1 hour; 10 s by default (OPT-2)
 * @param replicaAcks how many replicas must have a lock before it is granted; none by default (RDS-15)
 */
public record RedisOptions(
        String keyPrefix,
        boolean cleanupInIsLocked,
        boolean rejectLongKeys,
        Duration operationTimeout,
        Duration connectTimeout,
        ReplicaAcks replicaAcks) {

    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS = Set.of(
            "keyPrefix",
            "cleanupInIsLocked",
            "rejectLongKeys",
            OperationTimeout.URI_PARAMETER,
            ConnectTimeout.URI_PARAMETER,
            ReplicaAcks.REPLICAS_PARAMETER,
            ReplicaAcks.TIMEOUT_PARAMETER);

    private static final RedisOptions DEFAULTS = new RedisOptions(
            StorageKeys.DEFAULT_PREFIX,
            false,
            false,
            OperationTimeout.DEFAULT,
            ConnectTimeout.DEFAULT,
            ReplicaAcks.NONE);

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix (KEY-7) or a timeout is invalid
     */
    public RedisOptions {
        keyPrefix = StorageKeys.under(keyPrefix).prefix();
        operationTimeout = OperationTimeout.checked(operationTimeout);
        connectTimeout = ConnectTimeout.checked(connectTimeout);
        replicaAcks = replicaAcks.within(operationTimeout);
    }

    /** Returns prefix {@code syncguard}, pure reads, long keys hashed, an operation timeout of 3 seconds and a connect timeout of 10. */
    public static RedisOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options a URI's parameters give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a value is invalid
     */
    public static RedisOptions from(BackendUri uri) {
        Duration operationTimeout = OperationTimeout.from(uri);
        return new RedisOptions(
                uri.parameter("keyPrefix").orElse(DEFAULTS.keyPrefix),
                uri.flagOr("cleanupInIsLocked", DEFAULTS.cleanupInIsLocked),
                uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys),
                operationTimeout,
                ConnectTimeout.from(uri),
                ReplicaAcks.from(uri, operationTimeout));
    }

    /**
     * Returns these options with another prefix.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is invalid (KEY-7)
     */
    @CheckReturnValue
    public RedisOptions withKeyPrefix(String keyPrefix) {
        return new RedisOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout, replicaAcks);
    }

    /** Returns these options with another choice of cleaning up in {@code isLocked}. */
    @CheckReturnValue
    public RedisOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new RedisOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout, replicaAcks);
    }

    /** Returns these options with another choice of refusing long keys. */
    @CheckReturnValue
    public RedisOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new RedisOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout, replicaAcks);
    }

    /**
     * Returns these options with another operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public RedisOptions withOperationTimeout(Duration operationTimeout) {
        return new RedisOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout, replicaAcks);
    }

    /**
     * Returns these options with another connect timeout. A call that starts before the backend has had a connection may take this and
     * the operation timeout together; it fails immediately if the server refuses the connection. Every other call, also one that has
     * to connect again, takes the operation timeout at most.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public RedisOptions withConnectTimeout(Duration connectTimeout) {
        return new RedisOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout, replicaAcks);
    }

    /**
     * Returns these options, and that an acquire or extend succeeds only when so many replicas have it (RDS-15). Creating a backend
     * with them connects, to see whether the server can tell. Where too few replicas answer in time, the lock is given
     * back, and the acquire is {@code SERVICE_UNAVAILABLE}.
     *
     * @param replicas from 1 to 1,000
     * @param timeout how long they may take: from 1 ms, and shorter than the operation timeout
     * @throws LockException {@code INVALID_ARGUMENT} if one of them is not
     */
    @CheckReturnValue
    public RedisOptions withReplicaAcks(int replicas, Duration timeout) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                new ReplicaAcks(replicas, timeout));
    }
}
