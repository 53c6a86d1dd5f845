package io.syncguard.memory;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a memory backend keeps its locks. Immutable and thread-safe; each {@code with…} method returns a copy.
 *
 * <table>
 *   <caption>Options, their URI parameters and their defaults</caption>
 *   <tr><th>option</th><th>URI parameter</th><th>default</th><th>in memory</th></tr>
 *   <tr><td>{@link #withKeyPrefix keyPrefix}</td><td>{@code keyPrefix}</td><td>{@code syncguard}</td>
 *       <td>backends with different prefixes have different locks</td></tr>
 *   <tr><td>{@link #withRejectLongKeys rejectLongKeys}</td><td>{@code rejectLongKeys}</td><td>false</td><td>as elsewhere (KEY-4)</td></tr>
 *   <tr><td>{@link #withCleanupInIsLocked cleanupInIsLocked}</td><td>{@code cleanupInIsLocked}</td><td>false</td>
 *       <td>as elsewhere (CHK-1)</td></tr>
 *   <tr><td>{@link #withOperationTimeout operationTimeout}</td><td>{@code operationTimeoutMillis}</td><td>3 s</td>
 *       <td>calls take no time, unless {@link TestLocks#delayCalls} says so</td></tr>
 * </table>
 *
 * <p>A URI may have the parameters of the Redis and Firestore backends too, so that a test can exchange the first part of an
 * application's address for {@code memory:}. Those in {@link #IGNORED_URI_PARAMETERS} are checked and mean nothing.
 */
public final class MemoryOptions {
    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS =
            Set.of("keyPrefix", "cleanupInIsLocked", "rejectLongKeys", BackendTimeout.OPERATION.uriParameter());

    /** The parameters of other backends that are accepted and mean nothing in memory. */
    public static final Set<String> IGNORED_URI_PARAMETERS = ForeignParameters.NAMES;

    private static final MemoryOptions DEFAULTS =
            new MemoryOptions(StorageKeys.DEFAULT_PREFIX, false, false, BackendTimeout.OPERATION.byDefault());

    private final String keyPrefix;
    private final boolean cleanupInIsLocked;
    private final boolean rejectLongKeys;
    private final Duration operationTimeout;

    private MemoryOptions(
            String keyPrefix, boolean cleanupInIsLocked, boolean rejectLongKeys, Duration operationTimeout) {
        this.keyPrefix = keyPrefix;
        this.cleanupInIsLocked = cleanupInIsLocked;
        this.rejectLongKeys = rejectLongKeys;
        this.operationTimeout = operationTimeout;
    }

    /** Returns prefix {@code syncguard}, pure reads, long keys hashed, and an operation timeout of 3 seconds. */
    public static MemoryOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options a URI's parameters give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a parameter is unknown or a value is invalid
     */
    public static MemoryOptions from(BackendUri uri) {
        Set<String> known = new TreeSet<>(URI_PARAMETERS);
        known.addAll(IGNORED_URI_PARAMETERS);
        uri.requireKnownParameters(known);
        Duration operationTimeout = BackendTimeout.OPERATION.from(uri);
        ForeignParameters.check(uri, operationTimeout);
        return DEFAULTS.withKeyPrefix(uri.parameter("keyPrefix").orElse(DEFAULTS.keyPrefix))
                .withCleanupInIsLocked(uri.flagOr("cleanupInIsLocked", DEFAULTS.cleanupInIsLocked))
                .withRejectLongKeys(uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys))
                .withOperationTimeout(operationTimeout);
    }

    /**
     * Returns these options with another prefix.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is invalid (KEY-7)
     */
    @CheckReturnValue
    public MemoryOptions withKeyPrefix(String keyPrefix) {
        return new MemoryOptions(
                StorageKeys.under(keyPrefix, false).prefix(), cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /** Returns these options with another choice of cleaning up in {@code isLocked}. */
    @CheckReturnValue
    public MemoryOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new MemoryOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /** Returns these options with another choice of refusing long keys. */
    @CheckReturnValue
    public MemoryOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new MemoryOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /**
     * Returns these options with another operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public MemoryOptions withOperationTimeout(Duration operationTimeout) {
        return new MemoryOptions(
                keyPrefix, cleanupInIsLocked, rejectLongKeys, BackendTimeout.OPERATION.checked(operationTimeout));
    }

    /** Returns what separates the locks of these backends from those of others on one store. */
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

    /** Returns the longest any operation takes. */
    public Duration operationTimeout() {
        return operationTimeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryOptions that
                && keyPrefix.equals(that.keyPrefix)
                && cleanupInIsLocked == that.cleanupInIsLocked
                && rejectLongKeys == that.rejectLongKeys
                && operationTimeout.equals(that.operationTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    @Override
    public String toString() {
        return "MemoryOptions[keyPrefix=" + keyPrefix + ", cleanupInIsLocked=" + cleanupInIsLocked + ", rejectLongKeys="
                + rejectLongKeys + ", operationTimeout=" + operationTimeout + "]";
    }
}
