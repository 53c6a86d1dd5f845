package io.syncguard;

import java.time.Duration;

/**
 * How long a lock lives unless extended: a whole number of milliseconds from 1 ms to 365 days (TIME-6).
 *
 * @param millis the milliseconds
 */
public record Ttl(long millis) {
    private static final long MAX_MILLIS = Duration.ofDays(365).toMillis();
    private static final int NANOS_PER_MILLI = 1_000_000;

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if the number is out of range
     */
    public Ttl {
        if (millis < 1 || millis > MAX_MILLIS) {
            throw LockException.invalidArgument("the ttl must be from 1 ms to 365 days, not " + millis + " ms");
        }
    }

    /**
     * Returns the ttl of a duration.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null, out of range or not a whole number of milliseconds
     */
    public static Ttl of(Duration ttl) {
        check(ttl);
        return new Ttl(ttl.toMillis());
    }

    /**
     * Checks a duration without making anything of it.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null, out of range or not a whole number of milliseconds
     */
    public static void check(Duration ttl) {
        InvalidArgumentException.requireNonNull(ttl, "ttl");
        if (ttl.isNegative() || ttl.isZero() || ttl.getSeconds() > MAX_MILLIS / 1000) {
            throw LockException.invalidArgument("the ttl must be from 1 ms to 365 days, not " + ttl);
        }
        if (ttl.getNano() % NANOS_PER_MILLI != 0) {
            throw LockException.invalidArgument("the ttl must be a whole number of milliseconds, not " + ttl);
        }
        if (ttl.toMillis() > MAX_MILLIS) {
            throw LockException.invalidArgument("the ttl must be from 1 ms to 365 days, not " + ttl);
        }
    }

    /** Returns the ttl as a duration. */
    public Duration toDuration() {
        return Duration.ofMillis(millis);
    }
}
