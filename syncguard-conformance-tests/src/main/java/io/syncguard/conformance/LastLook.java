package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.concurrent.TimeUnit;

/**
 * The last look that found a lock, of looks one after the other.
 *
 * @param begunNanos when it began
 * @param goneNanos when the answer of the next look was there, which did not find it
 */
record LastLook(long begunNanos, long goneNanos) {

    /** Looks until a lock is free. */
    static LastLook thatFinds(LockBackend backend, LockKey key) {
        long[] begun = {System.nanoTime()};
        Await.until("the lock is free", () -> {
            long now = System.nanoTime();
            boolean found = backend.isLocked(key);
            if (found) {
                begun[0] = now;
            }
            return !found;
        });
        return new LastLook(begun[0], System.nanoTime());
    }

    /** Returns how long after a moment it began; a stall between two looks does not count. */
    long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(begunNanos - nanos);
    }

    /** Returns for how long the lock may have been gone unseen. */
    long gapMillis() {
        return TimeUnit.NANOSECONDS.toMillis(goneNanos - begunNanos);
    }
}
