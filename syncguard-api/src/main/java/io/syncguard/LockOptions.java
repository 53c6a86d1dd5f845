package io.syncguard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to take a lock. Immutable and thread-safe; each {@code with…} answers a copy.
 *
 * @param ttl how long the lock lives unless extended: whole milliseconds from 1 ms to 365 days; 30 s by default
 * @param timeout how long to wait for a lock that is taken, from zero (one attempt) to 365 days; 5 s by default
 * @param maxRetries how many attempts may follow the first one, from 0; 10 by default
 * @param heartbeat whether the lock is renewed while it is held; false by default
 * @param minHold how long the key stays locked at the least, if it is given back before; zero by default
 * @param lossPolicy what {@code run} and {@code call} do when the lock is lost during the work; {@link LossPolicy#FAIL}
 *     by default
 */
public record LockOptions(
        Duration ttl, Duration timeout, int maxRetries, boolean heartbeat, Duration minHold, LossPolicy lossPolicy) {
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);
    private static final LockOptions DEFAULTS =
            new LockOptions(Duration.ofSeconds(30), Duration.ofSeconds(5), 10, false, Duration.ZERO, LossPolicy.FAIL);

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
        if (isNull(minHold) || minHold.isNegative() || minHold.compareTo(LONGEST_TIMEOUT) > 0) {
            throw LockException.invalidArgument("the minimum hold must be from zero to 365 days, not " + minHold);
        }
        if (isNull(lossPolicy)) {
            throw LockException.invalidArgument("the loss policy must not be null");
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
        return new LockOptions(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy);
    }

    /**
     * Returns these options with another limit to the wait.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 365 days
     */
    @CheckReturnValue
    public LockOptions withTimeout(Duration timeout) {
        return new LockOptions(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy);
    }

    /**
     * Returns these options with another number of retries.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative
     */
    @CheckReturnValue
    public LockOptions withMaxRetries(int maxRetries) {
        return new LockOptions(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy);
    }

    /**
     * Returns these options with a heartbeat: the lock is renewed at a third of its ttl for as long as it is held, so that
     * the ttl says how soon it frees itself after its holder died, and not how long the work may take. The holder is told
     * when that fails for too long: {@link LockHandle#lost()} (HLD-1). Choose a ttl of a few seconds at the least: a process
     * that stalls for two thirds of it, or a network that does, costs the lock.
     */
    @CheckReturnValue
    public LockOptions withHeartbeat() {
        return new LockOptions(ttl, timeout, maxRetries, true, minHold, lossPolicy);
    }

    /** Returns these options without a heartbeat. */
    @CheckReturnValue
    public LockOptions withoutHeartbeat() {
        return new LockOptions(ttl, timeout, maxRetries, false, minHold, lossPolicy);
    }

    /**
     * Returns these options with a minimum hold: a lock that is given back earlier stays taken until then, and up to a
     * second longer, by the ttl it is left with. For scheduled jobs, whose next run on another machine, a moment later by
     * a clock that differs, is to find that the work has been done (HLD-8).
     *
     * @param minHold at most the ttl, which is checked when the lock is taken; a holder that dies leaves the lock for its ttl
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 365 days
     */
    @CheckReturnValue
    public LockOptions withMinHold(Duration minHold) {
        return new LockOptions(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy);
    }

    /**
     * Returns these options with another policy for a lock that is lost during the work.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null
     */
    @CheckReturnValue
    public LockOptions withLossPolicy(LossPolicy lossPolicy) {
        return new LockOptions(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy);
    }
}
