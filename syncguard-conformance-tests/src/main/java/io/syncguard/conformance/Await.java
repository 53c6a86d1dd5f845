package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions and moments. */
final class Await {
    static final Duration LONGEST = Duration.ofSeconds(20);

    /** Less only where the suite itself is tested, on a model that answers at once. */
    private static volatile Duration longest = LONGEST;

    private Await() {}

    /** Has all waits of this JVM fail the test after so long. */
    static void atMost(Duration time) {
        longest = time;
    }

    static Duration longest() {
        return longest;
    }

    /** Waits until a condition holds; fails the test after twenty seconds, a busy machine's time. */
    static void until(String what, BooleanSupplier condition) {
        within(longest, what, condition);
    }

    /** Waits until a condition holds; fails the test after so long. */
    static void within(Duration patience, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting until %s", what)
                    .isLessThan(patience);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** As {@link #until}, but looks again at once. */
    static void untilAtOnce(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting until %s", what)
                    .isLessThan(longest);
        }
    }

    /** Waits until so many milliseconds have passed since a moment of {@link System#nanoTime()}. */
    static void millisSince(long startNanos, long millis) {
        while (elapsedMillis(startNanos) < millis) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    static long elapsedMillis(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
