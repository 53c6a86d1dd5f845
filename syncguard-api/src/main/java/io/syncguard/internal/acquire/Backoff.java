package io.syncguard.internal.acquire;

import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * The pauses between attempts: exponential from 100 ms to 1 s with equal jitter. Half of each pause is fixed and half is random,
 * so that contenders that met once do not meet again.
 */
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongUnaryOperator random;
    private long ceiling = FIRST_NANOS;

    /**
     * @param random returns a number from zero, below its argument
     */
    Backoff(LongUnaryOperator random) {
        this.random = random;
    }

    /** Returns the next pause in nanoseconds. */
    long nextNanos() {
        long half = ceiling / 2;
        ceiling = Math.min(ceiling * 2, LONGEST_NANOS);
        return half + random.applyAsLong(half + 1);
    }
}
