package io.syncguard.firestore;

/**
 * When one that has given a lock back and comes again is to let others go first (WAI-3): whoever comes straight back is
 * faster than any that waits. A release does not say whether anybody waits. So one stands back that has met others; and
 * one that has not, now and then, because it may have been too fast to meet them. Confined to its {@link Rivalry}.
 */
final class StandBack {
    private static final long STRAIGHT_BACK_MILLIS = 250;

    /** So many times in a row nobody must be met before nobody is expected. */
    private static final int SURE = 3;

    private static final int FIRST_STREAK = 4;
    private static final int LONGEST_STREAK = 128;

    private int expectsOthers;
    private int streak;
    private int longestStreak = FIRST_STREAK;
    private long releasedAtMillis;
    private long untilNanos;
    private long cameAfter;

    /** The lock was taken, after waiting for others or not. */
    void served(boolean metOthers) {
        if (metOthers) {
            expectsOthers = SURE;
            longestStreak = FIRST_STREAK;
        } else {
            expectsOthers = Math.max(0, expectsOthers - 1);
        }
    }

    /**
     * A lock was given back.
     *
     * @param acquiredAtMillis when it was taken, by the server's clock
     * @param nowMillis the present time, by the same
     */
    void released(long fence, long acquiredAtMillis, long nowMillis, long slotNanos) {
        boolean cameStraightBack = releasedAtMillis != 0 && acquiredAtMillis - releasedAtMillis <= STRAIGHT_BACK_MILLIS;
        releasedAtMillis = nowMillis;
        streak = cameStraightBack ? streak + 1 : 1;
        if (expectsOthers == 0 && streak < longestStreak) {
            return;
        }
        if (expectsOthers == 0) {
            longestStreak = Math.min(LONGEST_STREAK, 2 * longestStreak);
        }
        begin(fence, 2 * slotNanos);
    }

    /** One that waited left without having been served: if it comes straight back, it keeps its place. */
    void leftUnserved(long cameAfter, long slotNanos) {
        begin(cameAfter, slotNanos);
    }

    private void begin(long cameAfter, long nanos) {
        streak = 0;
        this.cameAfter = cameAfter;
        untilNanos = System.nanoTime() + nanos;
    }

    boolean expectsOthers() {
        return expectsOthers > 0;
    }

    long leftNanos() {
        return untilNanos == 0 ? 0 : Math.max(0, untilNanos - System.nanoTime());
    }

    /** Returns the turn after which one comes that comes now; 0 if it is the next that it hears of. */
    long cameAfter() {
        return leftNanos() > 0 ? cameAfter : 0;
    }
}
