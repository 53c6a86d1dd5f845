package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.FenceToken;

/** Which fencing token comes next, for backends that find it out in Java (FEN-1). Stateless. */
public final class NextFence {
    private static final int MICROS = 10;

    private NextFence() {}

    /**
     * Returns the greater of the last token plus one, and the server's clock in units of 10 µs since the epoch. A clock beyond the last
     * token there is does not count.
     *
     * @param last the key's counter, less than {@link FenceToken#MAX_VALUE}; 0 if it has none
     * @param clockMicros the server's clock, in µs since the epoch
     * @throws IllegalArgumentException if the counter is exhausted, which is the caller's to find out before (FEN-3)
     */
    @CheckReturnValue
    public static FenceToken after(long last, long clockMicros) {
        if (last >= FenceToken.MAX_VALUE) {
            throw new IllegalArgumentException("the counter is exhausted");
        }
        long clock = clockMicros / MICROS;
        return new FenceToken(clock > FenceToken.MAX_VALUE ? last + 1 : Math.max(last + 1, clock));
    }
}
