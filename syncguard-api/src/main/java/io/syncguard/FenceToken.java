package io.syncguard;

import java.io.Serializable;

/**
 * A fencing token: each successful acquire of a key gets one strictly greater than every earlier one of that key, even after the
 * server has lost its data (FEN-1). Tokens follow the server's clock, so they have gaps, and say nothing but which is the later. Hand it to the resource with every write and let the resource refuse a write whose token is <em>less</em>
 * than the greatest it has seen; equal is the same holder writing again.
 *
 * @param value the number, from 1 to {@link #MAX_VALUE}
 */
public record FenceToken(long value) implements Comparable<FenceToken>, Serializable {
    /** Above this an acquire fails with {@code INTERNAL} and takes no lock (FEN-3). */
    public static final long MAX_VALUE = 900_000_000_000_000L;

    /** Above this each process warns once per key (FEN-3). The clock, by which tokens rise, gets there in 2223. */
    public static final long WARN_VALUE = 800_000_000_000_000L;

    private static final int DIGITS = 15;

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if the value is out of range
     */
    public FenceToken {
        if (value < 1 || value > MAX_VALUE) {
            throw LockException.invalidArgument("a fencing token is from 1 to " + MAX_VALUE + ", not " + value);
        }
    }

    /**
     * Returns the token with the given {@linkplain #toString() text form}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the text is null, not 15 decimal digits, or out of range
     */
    public static FenceToken parse(String text) {
        InvalidArgumentException.requireNonNull(text, "text");
        if (text.length() != DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw LockException.invalidArgument("a fencing token's text form is exactly 15 decimal digits");
        }
        return new FenceToken(Long.parseLong(text));
    }

    @Override
    public int compareTo(FenceToken other) {
        return Long.compare(value, other.value);
    }

    /** Returns 15 zero-padded decimal digits, so that text order and number order agree (FEN-2). */
    @Override
    public String toString() {
        String digits = Long.toString(value);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }
}
