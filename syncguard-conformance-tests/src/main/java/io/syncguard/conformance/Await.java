package io.syncguard.conformance;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions and moments. */
final class Await {
    /** How long a busy machine may take, unless {@link LimitOfWaits} sets another time. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static volatile Duration longest = LONGEST;

    private Await() {}

    /** Has all waits of this JVM fail the test after so long. */
    static void atMost(Duration time) {
        longest = time;
    }

    static Duration longest() {
        return longest;
    }

    /** Waits until a condition holds; fails the test after the {@linkplain #longest() longest} time. */
    static void until(String what, BooleanSupplier condition) {
        within(longest, what, condition);
    }

    /** Waits until a condition holds; fails the test after so long. */
    static void within(Duration patience, String what, BooleanSupplier condition) {
        until(patience, what, condition, LONGEST_PAUSE_NANOS);
    }

    private static void until(Duration patience, String what, BooleanSupplier condition, long longestPauseNanos) {
        long start = System.nanoTime();
        while (true) {
            // A process that was stalled for all that time has one more look.
            long waitedNanos = System.nanoTime() - start;
            boolean last = waitedNanos >= patience.toNanos();
            if (condition.getAsBoolean()) {
                return;
            }
            if (last) {
                throw new AssertionError(what + ": did not happen within " + inSeconds(patience));
            }
            // Looks cost the server and the machine as much as what is tested.
            LockSupport.parkNanos(Math.min(waitedNanos / 20, longestPauseNanos));
        }
    }

    /** Waits for a moment between two looks. */
    static void pause() {
        LockSupport.parkNanos(LONGEST_PAUSE_NANOS);
    }

    /** As {@link #until}, but looks again at once. */
    static void untilAtOnce(String what, BooleanSupplier condition) {
        until(longest, what, condition, 0);
    }

    /** Waits until a backend gets answers. Calls may fail until then. */
    static void answers(String what, LockBackend backend, LockKey key) {
        until(what, () -> {
            try {
                return !backend.isLocked(key);
            } catch (LockException e) {
                return false;
            }
        });
    }

    /** Returns a time as a reader of a message wants it, such as {@code 20 s}. */
    static String inSeconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** Waits until so many milliseconds have passed since a moment of {@link System#nanoTime()}. */
    static void millisSince(long startNanos, long millis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        long left = nanos - (System.nanoTime() - startNanos);
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - (System.nanoTime() - startNanos);
        }
    }

    static long elapsedMillis(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
