package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One moment of Firestore's clock, and when this process asked for it. What the clock says later is known within bounds, without asking
 * again (TIME-4): this process's monotonic clock tells how much time has passed. Immutable and thread-safe.
 *
 * @param micros what Firestore's clock said, in µs since the epoch
 * @param sentNanos the monotonic clock before the request
 * @param receivedNanos the monotonic clock after the answer
 */
record ServerTime(long micros, long sentNanos, long receivedNanos) {
    private static final Duration MOST_INACCURACY = Duration.ofMillis(250);

    /** Returns the time that an answer says. */
    static ServerTime of(@Nullable Timestamp time, long sentNanos, long receivedNanos) {
        return new ServerTime(micros(time), sentNanos, receivedNanos);
    }

    /**
     * Returns a time in µs since the epoch.
     *
     * @throws IllegalArgumentException if there is none, which no answer of Firestore's is without
     */
    static long micros(@Nullable Timestamp time) {
        if (time == null) {
            throw new IllegalArgumentException("read time");
        }
        return TimeUnit.SECONDS.toMicros(time.getSeconds()) + TimeUnit.NANOSECONDS.toMicros(time.getNanos());
    }

    static Timestamp timestamp(long millis) {
        return Timestamp.ofTimeMicroseconds(TimeUnit.MILLISECONDS.toMicros(millis));
    }

    /** Returns the time in whole milliseconds. */
    long millis() {
        return TimeUnit.MICROSECONDS.toMillis(micros);
    }

    /** Returns whether the answer came so fast that Firestore's clock is known well enough for the start of a lease. */
    boolean isPrecise() {
        return receivedNanos - sentNanos <= MOST_INACCURACY.toNanos();
    }

    /** Returns a time that Firestore's clock has not passed yet. */
    long latestMillis() {
        return millis() + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sentNanos) + 1;
    }

    /** Returns a time that Firestore's clock has reached, in µs. */
    long earliestMicros() {
        return micros + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - receivedNanos);
    }
}
