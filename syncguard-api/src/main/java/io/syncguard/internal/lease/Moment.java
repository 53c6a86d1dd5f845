package io.syncguard.internal.lease;

/**
 * A moment by the two local clocks. The monotonic clock measures (TIME-5). The wall clock shows whether the monotonic one stood
 * still, as it does while the machine is suspended (TIME-7). Immutable.
 *
 * @param nanos by the guard's monotonic clock
 * @param clocks both clocks, read at this moment or a little earlier
 */
public record Moment(long nanos, LocalClocks.Reading clocks) {
    /** Returns how long ago this was, by the monotonic clock. */
    public long elapsedNanos() {
        return clocks.clock().nanoTime() - nanos;
    }
}
