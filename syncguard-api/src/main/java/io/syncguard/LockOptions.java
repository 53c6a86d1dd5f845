package io.syncguard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to acquire a lock. Immutable and thread-safe; each {@code with…} method returns a copy.
 *
 * @param ttl how long the lock lives unless extended: whole milliseconds from 1 ms to 365 days; 30 s by default
 * @param timeout how long to wait for a lock that is taken, from zero (one attempt) to 365 days; 5 s by default
 * @param maxRetries how many attempts may follow the first one, from 0; 10 by default
 * @param heartbeat whether the lock is renewed while it is held; false by default
 * @param minHold how long the key stays locked at least, even if the lock is released earlier; zero by default
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
     * Returns these options with a heartbeat: the lock is renewed at a third of its ttl for as long as it is held (HLD-1). The ttl
     * then limits how long the key stays locked after its holder died, and not how long the work may take. If renewal fails for
     * too long, the lock is lost: see {@link LockHandle#lost()}. Choose a ttl of a few seconds at least, because a process or a
     * network that stalls for two thirds of the ttl costs the lock.
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
     * Returns these options with a minimum hold: a lock that is released earlier stays locked until then, and up to a second
     * longer (HLD-8). It keeps a scheduled job from running again on another machine whose clock is a little behind.
     *
     * @param minHold at most the ttl, which is checked when the lock is acquired. If the holder dies, the lock stays for its ttl
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
