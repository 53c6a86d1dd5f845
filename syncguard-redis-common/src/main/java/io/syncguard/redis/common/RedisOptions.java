package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
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
 * @param operationTimeout the longest any operation takes, from 1 ms to 1 hour; 3 s by default (OPT-2)
 */
public record RedisOptions(
        String keyPrefix, boolean cleanupInIsLocked, boolean rejectLongKeys, Duration operationTimeout) {

    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS =
            Set.of("keyPrefix", "cleanupInIsLocked", "rejectLongKeys", OperationTimeout.URI_PARAMETER);

    private static final RedisOptions DEFAULTS =
            new RedisOptions(StorageKeys.DEFAULT_PREFIX, false, false, OperationTimeout.DEFAULT);

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix (KEY-7) or the timeout is invalid
     */
    public RedisOptions {
        keyPrefix = StorageKeys.under(keyPrefix).prefix();
        operationTimeout = OperationTimeout.checked(operationTimeout);
    }

    /** Returns prefix {@code syncguard}, pure reads, long keys hashed, and an operation timeout of 3 seconds. */
    public static RedisOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options a URI's parameters give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a value is invalid
     */
    public static RedisOptions from(BackendUri uri) {
        return new RedisOptions(
                uri.parameter("keyPrefix").orElse(DEFAULTS.keyPrefix),
                uri.flagOr("cleanupInIsLocked", DEFAULTS.cleanupInIsLocked),
                uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys),
                OperationTimeout.from(uri));
    }

    /**
     * Returns these options with another prefix.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is invalid (KEY-7)
     */
    @CheckReturnValue
    public RedisOptions withKeyPrefix(String keyPrefix) {
        return new RedisOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /** Returns these options with another choice of cleaning up in {@code isLocked}. */
    @CheckReturnValue
    public RedisOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new RedisOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /** Returns these options with another choice of refusing long keys. */
    @CheckReturnValue
    public RedisOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new RedisOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }

    /**
     * Returns these options with another operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public RedisOptions withOperationTimeout(Duration operationTimeout) {
        return new RedisOptions(keyPrefix, cleanupInIsLocked, rejectLongKeys, operationTimeout);
    }
}
