package io.syncguard.testsupport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Times something, and measures how long this process was stalled meanwhile: by how much a thread oversleeps that asks for a
 * millisecond, over and over. A test whose subject is time compares with {@link #elapsed()}, which leaves the stalls out. Thread-safe.
 */
public final class StallMeter implements AutoCloseable {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What a timer may be late on a machine that has nothing else to do. */
    private static final long ORDINARY_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final LongSupplier clock;
    private final long startedNanos;
    private long sampledNanos;
    private long stalledNanos;
    private long worstNanos;
    private volatile boolean closed;

    StallMeter(LongSupplier clock) {
        this.clock = clock;
        this.startedNanos = clock.getAsLong();
        this.sampledNanos = startedNanos;
    }

    /** Starts the clock, and a thread that ends when the meter is closed. */
    public static StallMeter start() {
        StallMeter meter = new StallMeter(System::nanoTime);
        Thread sampler = new Thread(meter::run, "stall-meter");
        sampler.setDaemon(true);
        sampler.start();
        return meter;
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, STEP_NANOS);
            sample();
        }
    }

    /** Called once a millisecond, or later if the process is stalled. */
    synchronized void sample() {
        long now = clock.getAsLong();
        long late = lateNanos(now);
        stalledNanos += late;
        worstNanos = Math.max(worstNanos, late);
        sampledNanos = now;
    }

    private long lateNanos(long now) {
        long late = now - sampledNanos - STEP_NANOS;
        return late > ORDINARY_NANOS ? late : 0;
    }

    /** Returns the time since the start without the stalls. */
    public synchronized Duration elapsed() {
        long now = clock.getAsLong();
        return Duration.ofNanos(now - startedNanos - stalledNanos - lateNanos(now));
    }

    /** Returns how long the process was stalled since the start, in all. */
    public synchronized Duration stalled() {
        return Duration.ofNanos(stalledNanos + lateNanos(clock.getAsLong()));
    }

    /** Returns how long the longest stall was. */
    public synchronized Duration worst() {
        return Duration.ofNanos(Math.max(worstNanos, lateNanos(clock.getAsLong())));
    }

    @Override
    public void close() {
        closed = true;
    }
}
