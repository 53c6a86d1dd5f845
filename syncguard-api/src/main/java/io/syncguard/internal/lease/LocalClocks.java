package io.syncguard.internal.lease;

import io.syncguard.spi.Tolerance;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The monotonic clock and the wall clock of this machine, and whether they still run alike (TIME-7). Thread-safe. */
public final class LocalClocks {
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LongSupplier wallMillis;
    private volatile Reading last;

    /**
     * Both clocks, read together. Immutable.
     *
     * @param nanos {@link System#nanoTime()}
     * @param wallMillis the wall clock in milliseconds since the epoch
     */
    record Reading(long nanos, long wallMillis) {}

    /** Creates clocks, of which the monotonic one is the system's. */
    public LocalClocks(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
        this.last = read(System.nanoTime());
    }

    /** Returns the present moment. */
    public Moment now() {
        long nanos = System.nanoTime();
        return new Moment(nanos, read(nanos));
    }

    /**
     * Returns the present moment, for which the wall clock is only read if it was not read in the last milliseconds. If the
     * machine was suspended since then, the clocks disagree for this moment too, which is the safe side.
     */
    public Moment nowByRecentReading() {
        long nanos = System.nanoTime();
        Reading recent = last;
        if (nanos - recent.nanos > RECENT_NANOS) {
            recent = read(nanos);
            last = recent;
        }
        return new Moment(nanos, recent);
    }

    private Reading read(long nanos) {
        return new Reading(nanos, wallMillis.getAsLong());
    }

    /** Returns whether the two clocks have run alike since a moment, give or take the tolerance. */
    boolean agreeSince(Moment moment) {
        Reading then = moment.clocks();
        Reading now = read(System.nanoTime());
        long nanosElapsed = now.nanos - then.nanos;
        long wallElapsed = now.wallMillis - then.wallMillis;
        return Math.abs(wallElapsed - TimeUnit.NANOSECONDS.toMillis(nanosElapsed)) <= Tolerance.MILLIS;
    }
}
