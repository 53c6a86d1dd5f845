package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.FenceRetention;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a Redis backend keeps its locks. Immutable and thread-safe; each {@code with…} method returns a copy.
 *
 * <table>
 *   <caption>Options, their URI parameters and their defaults</caption>
 *   <tr><th>option</th><th>URI parameter</th><th>default</th></tr>
 *   <tr><td>{@link #withKeyPrefix keyPrefix}</td><td>{@code keyPrefix}</td><td>{@code syncguard}</td></tr>
 *   <tr><td>{@link #withCleanupInIsLocked cleanupInIsLocked}</td><td>{@code cleanupInIsLocked}</td><td>false</td></tr>
 *   <tr><td>{@link #withRejectLongKeys rejectLongKeys}</td><td>{@code rejectLongKeys}</td><td>false</td></tr>
 *   <tr><td>{@link #withOperationTimeout operationTimeout}</td><td>{@code operationTimeoutMillis}</td><td>3 s</td></tr>
 *   <tr><td>{@link #withConnectTimeout connectTimeout}</td><td>{@code connectTimeoutMillis}</td><td>10 s</td></tr>
 *   <tr><td>{@link #withReplicaAcks replicaAcks}</td><td>{@code replicaAcks}, {@code replicaAckTimeoutMillis}</td><td>none</td></tr>
 *   <tr><td>{@link #withFenceRetention fenceRetention}</td><td>{@code fenceRetention}</td><td>for ever</td></tr>
 * </table>
 */
public final class RedisOptions {
    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS = Set.of(
            "keyPrefix",
            "cleanupInIsLocked",
            "rejectLongKeys",
            BackendTimeout.OPERATION.uriParameter(),
            BackendTimeout.CONNECT.uriParameter(),
            ReplicaAcks.REPLICAS_PARAMETER,
            ReplicaAcks.TIMEOUT_PARAMETER,
            FenceRetention.URI_PARAMETER);

    private static final RedisOptions DEFAULTS = new RedisOptions(
            StorageKeys.DEFAULT_PREFIX,
            false,
            false,
            BackendTimeout.OPERATION.byDefault(),
            BackendTimeout.CONNECT.byDefault(),
            ReplicaAcks.NONE,
            null);

    private final String keyPrefix;
    private final boolean cleanupInIsLocked;
    private final boolean rejectLongKeys;
    private final Duration operationTimeout;
    private final Duration connectTimeout;
    private final ReplicaAcks replicaAcks;
    private final @Nullable Duration fenceRetention;

    private RedisOptions(
            String keyPrefix,
            boolean cleanupInIsLocked,
            boolean rejectLongKeys,
            Duration operationTimeout,
            Duration connectTimeout,
            ReplicaAcks replicaAcks,
            @Nullable Duration fenceRetention) {
        this.keyPrefix = StorageKeys.under(keyPrefix).prefix();
        this.cleanupInIsLocked = cleanupInIsLocked;
        this.rejectLongKeys = rejectLongKeys;
        this.operationTimeout = BackendTimeout.OPERATION.checked(operationTimeout);
        this.connectTimeout = BackendTimeout.CONNECT.checked(connectTimeout);
        this.replicaAcks = replicaAcks.within(operationTimeout);
        this.fenceRetention = fenceRetention;
    }

    /** Returns the default of each option. */
    public static RedisOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options a URI's parameters give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a value is invalid
     */
    public static RedisOptions from(BackendUri uri) {
        Duration operationTimeout = BackendTimeout.OPERATION.from(uri);
        return new RedisOptions(
                uri.parameter("keyPrefix").orElse(DEFAULTS.keyPrefix),
                uri.flagOr("cleanupInIsLocked", DEFAULTS.cleanupInIsLocked),
                uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys),
                operationTimeout,
                BackendTimeout.CONNECT.from(uri),
                ReplicaAcks.from(uri, operationTimeout),
                FenceRetention.from(uri).orElse(null));
    }

    /**
     * Returns these options with another prefix, with which all keys begin. Choose prefixes of which none continues another by a colon:
     * {@code a} and {@code a:b} would share key {@code b:c} of the one with {@code c} of the other.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is invalid (KEY-7)
     */
    @CheckReturnValue
    public RedisOptions withKeyPrefix(String keyPrefix) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
    }

    /** Returns these options, and whether {@code isLocked} may delete lock data that is long dead (CHK-1). */
    @CheckReturnValue
    public RedisOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
    }

    /** Returns these options, and whether a key above 512 bytes is refused instead of replaced by its hash (KEY-4). */
    @CheckReturnValue
    public RedisOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
    }

    /**
     * Returns these options with another operation timeout: the longest any operation takes once the backend has had a connection (OPT-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public RedisOptions withOperationTimeout(Duration operationTimeout) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
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
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
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
                new ReplicaAcks(replicas, timeout),
                fenceRetention);
    }

    /**
     * Returns these options, and for how long a fence counter stays that no acquire uses (FEN-4). Without this option counters stay for
     * ever, which takes some 90 bytes for each key that was ever locked. Tokens rise without counters too, because they follow the
     * server's clock; what a counter protects against is a clock that goes back. So this is to be longer than any clock may go back.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is less than a day or more than 36,500
     */
    @CheckReturnValue
    public RedisOptions withFenceRetention(Duration fenceRetention) {
        return new RedisOptions(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                FenceRetention.checked(fenceRetention));
    }

    /** Returns what all keys begin with. */
    public String keyPrefix() {
        return keyPrefix;
    }

    /** Returns whether {@code isLocked} may delete lock data that is long dead. */
    public boolean cleanupInIsLocked() {
        return cleanupInIsLocked;
    }

    /** Returns whether a key above 512 bytes is refused instead of replaced by its hash. */
    public boolean rejectLongKeys() {
        return rejectLongKeys;
    }

    /** Returns the longest any operation takes once the backend has had a connection. */
    public Duration operationTimeout() {
        return operationTimeout;
    }

    /** Returns the longest that opening the first connection takes. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns how many replicas must have a lock before it is granted. */
    public ReplicaAcks replicaAcks() {
        return replicaAcks;
    }

    /** Returns for how long a fence counter stays that no acquire uses; empty if for ever. */
    public Optional<Duration> fenceRetention() {
        return Optional.ofNullable(fenceRetention);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RedisOptions that
                && keyPrefix.equals(that.keyPrefix)
                && cleanupInIsLocked == that.cleanupInIsLocked
                && rejectLongKeys == that.rejectLongKeys
                && operationTimeout.equals(that.operationTimeout)
                && connectTimeout.equals(that.connectTimeout)
                && replicaAcks.equals(that.replicaAcks)
                && Objects.equals(fenceRetention, that.fenceRetention);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                keyPrefix,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                replicaAcks,
                fenceRetention);
    }

    @Override
    public String toString() {
        return "RedisOptions[keyPrefix=" + keyPrefix + ", cleanupInIsLocked=" + cleanupInIsLocked
                + ", rejectLongKeys=" + rejectLongKeys + ", operationTimeout=" + operationTimeout
                + ", connectTimeout=" + connectTimeout + ", replicaAcks=" + replicaAcks
                + ", fenceRetention=" + (fenceRetention == null ? "none" : fenceRetention) + ']';
    }
}
