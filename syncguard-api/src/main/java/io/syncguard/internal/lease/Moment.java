package io.syncguard.internal.lease;

import io.syncguard.spi.Tolerance;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A moment by two local clocks. The monotonic clock measures (TIME-5). The wall clock shows whether the monotonic one stood
 * still, as it does while the machine is suspended (TIME-7). Immutable.
 *
 * @param nanos {@link System#nanoTime()}
 * @param wallMillis the wall clock
 */
public record Moment(long nanos, long wallMillis) {

    /** Returns the present moment. */
    public static Moment now(LongSupplier wallClock) {
        return new Moment(System.nanoTime(), wallClock.getAsLong());
    }

    /** Returns how long ago this was, by the monotonic clock. */
    public long elapsedNanos() {
        return System.nanoTime() - nanos;
    }

    /** Returns whether the two clocks have run alike since this moment, give or take the tolerance. */
    boolean clocksAgree(LongSupplier wallClock) {
        long wallElapsed = wallClock.getAsLong() - wallMillis;
        return Math.abs(wallElapsed - TimeUnit.NANOSECONDS.toMillis(elapsedNanos())) <= Tolerance.MILLIS;
    }
}
