package io.syncguard.firestore;

import java.util.concurrent.TimeUnit;

/**
 * How long it takes from the moment a lock is seen free until others see it taken, by what this backend's own attempts
 * took: the length of a slot, which those that wait leave to whoever is ahead of them. Thread-safe.
 */
final class HandOverTime {
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Something to begin with. */
    private long meanNanos = TimeUnit.MILLISECONDS.toNanos(20);

    private long deviationNanos = TimeUnit.MILLISECONDS.toNanos(5);

    /** An attempt at a free lock took so long, and took it. */
    synchronized void took(long nanos) {
        long error = Math.min(nanos, LONGEST_NANOS) - meanNanos;
        meanNanos += error / 8;
        deviationNanos += (Math.abs(error) - deviationNanos) / 4;
    }

    /** Somebody who was left a slot needed more. */
    synchronized void wasTooShort() {
        meanNanos = Math.min(LONGEST_NANOS, meanNanos + meanNanos / 8);
    }

    /** Returns how long to leave to somebody else: what it usually takes, and somewhat more. */
    synchronized long slotNanos() {
        return Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, meanNanos + 3 * deviationNanos));
    }
}
