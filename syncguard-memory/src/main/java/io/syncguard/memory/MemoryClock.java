package io.syncguard.memory;

import java.util.concurrent.TimeUnit;

/**
 * The time authority of a store (TIME-4): milliseconds since the epoch that never jump, because they are counted by
 * the monotonic clock from one look at the wall clock.
 */
final class MemoryClock {
    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    long nowMillis() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
