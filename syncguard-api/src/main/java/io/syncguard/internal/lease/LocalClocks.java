package io.syncguard.internal.lease;

import io.syncguard.spi.GuardClock;
import io.syncguard.spi.Tolerance;
import java.util.concurrent.TimeUnit;

/** The monotonic clock and the wall clock of a guard, and whether they still run alike (TIME-7, TIME-8). Thread-safe. */
public final class LocalClocks {
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** A thread that was held up for longer between the two clocks reads them again. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GuardClock clock;
    private volatile Reading last;

    /**
     * Both clocks, read together. Immutable.
     *
     * @param clock what was read
     * @param nanos {@link GuardClock#nanoTime()}
     * @param wallMillis {@link GuardClock#currentTimeMillis()}
     */
    record Reading(GuardClock clock, long nanos, long wallMillis) {}

    public LocalClocks(GuardClock clock) {
        this.clock = clock;
        this.last = read();
    }

    /** Returns the monotonic time. */
    public long nanoTime() {
        return clock.nanoTime();
    }

    /** Returns the present moment. */
    public Moment now() {
        Reading reading = read();
        return new Moment(reading.nanos, reading);
    }

    /**
     * Returns the present moment, for which the wall clock is only read if it was not read in the last milliseconds. If the
     * machine was suspended since then, the clocks disagree for this moment too, which is the safe side.
     */
    public Moment nowByRecentReading() {
        long nanos = clock.nanoTime();
        Reading recent = last;
        if (nanos - recent.nanos > RECENT_NANOS) {
            recent = read();
            last = recent;
        }
        return new Moment(nanos, recent);
    }

    private Reading read() {
        while (true) {
            long nanos = clock.nanoTime();
            Reading reading = new Reading(clock, nanos, clock.currentTimeMillis());
            if (clock.nanoTime() - nanos <= TOGETHER_NANOS) {
                return reading;
            }
        }
    }

    /** Returns whether the two clocks have run alike since a moment, give or take the tolerance. */
    boolean agreeSince(Moment moment) {
        Reading then = moment.clocks();
        Reading now = read();
        long nanosElapsed = now.nanos - then.nanos;
        long wallElapsed = now.wallMillis - then.wallMillis;
        return Math.abs(wallElapsed - TimeUnit.NANOSECONDS.toMillis(nanosElapsed)) <= Tolerance.MILLIS;
    }
}
