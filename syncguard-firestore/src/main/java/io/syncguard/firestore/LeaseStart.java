package io.syncguard.firestore;

import java.util.concurrent.TimeUnit;

/**
 * The moment that a lease is counted from, by Firestore's clock and by this process's monotonic one. Immutable and thread-safe.
 *
 * @param millis Firestore's clock, in ms since the epoch
 * @param nanos this process's monotonic clock
 */
record LeaseStart(long millis, long nanos) {
    /** Less than the tolerance, which covers it. */
    private static final long MOST_EXCESS_MILLIS = 800;

    /**
     * Returns the start of a lease that is written now.
     *
     * @param time the newest time of Firestore's clock that is known
     * @param startedNanos when the operation began, from which its caller counts the lease
     */
    static LeaseStart now(ServerTime time, long startedNanos) {
        return time.sentNanos() - startedNanos >= 0
                ? new LeaseStart(time.millis(), time.sentNanos())
                : new LeaseStart(TimeUnit.MICROSECONDS.toMillis(time.earliestMicros()), System.nanoTime());
    }

    /**
     * Returns whether the lease ends too early by Firestore's clock, because that clock was further when the lease was counted from it.
     * The commit's own time shows it: more time has passed there than here.
     */
    boolean isTooEarlyFor(ConditionalCommit.Landed landed) {
        long passedThere = landed.time().millis() - millis;
        long passedHere = TimeUnit.NANOSECONDS.toMillis(landed.time().sentNanos() - nanos);
        return passedThere - passedHere > MOST_EXCESS_MILLIS;
    }
}
