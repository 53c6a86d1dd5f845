package io.syncguard;

import io.syncguard.spi.Ttl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to take a lock. Immutable and thread-safe; each {@code with…} answers a copy.
 *
 * @param ttl how long the lock lives unless extended: whole milliseconds from 1 ms to 365 days; 30 s by default
 * @param timeout how long to wait for a lock that is taken, from zero (one attempt) to 365 days; 5 s by default
 * @param maxRetries how many attempts may follow the first one, from 0; 10 by default
 */
public record LockOptions(Duration ttl, Duration timeout, int maxRetries) {
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);
    private static final LockOptions DEFAULTS = new LockOptions(Duration.ofSeconds(30), Duration.ofSeconds(5), 10);

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a value is null or out of range
     */
    public LockOptions {
        Ttl.check(ttl);
        if (isNull(timeout) || timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw LockException.invalidArgument(
                    "the timeout must be from zero (one attempt) to 365 days, not " + timeout);
        }
        if (maxRetries < 0) {
            throw LockException.invalidArgument("maxRetries must be 0 (one attempt) or more, not " + maxRetries);
        }
    }

    private static boolean isNull(@Nullable Object o) {
        return o == null;
    }

    /** Returns a ttl of 30 seconds, a timeout of 5 seconds and at most 10 retries. */
    public static LockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another ttl.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not a whole number of milliseconds from 1 ms to 365 days
     */
    @CheckReturnValue
    public LockOptions withTtl(Duration ttl) {
        return new LockOptions(ttl, timeout, maxRetries);
    }

    /**
     * Returns these options with another limit to the wait.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 365 days
     */
    @CheckReturnValue
    public LockOptions withTimeout(Duration timeout) {
        return new LockOptions(ttl, timeout, maxRetries);
    }

    /**
     * Returns these options with another number of retries.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative
     */
    @CheckReturnValue
    public LockOptions withMaxRetries(int maxRetries) {
        return new LockOptions(ttl, timeout, maxRetries);
    }
}
