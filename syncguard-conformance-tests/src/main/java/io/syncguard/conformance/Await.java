package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions and moments. */
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Await() {}

    /** Waits until a condition holds; fails the test after five seconds. */
    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting until %s", what)
                    .isLessThan(LONGEST);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Waits until so many milliseconds have passed since a moment of {@link System#nanoTime()}. */
    static void millisSince(long startNanos, long millis) {
        until(millis + " ms have passed", () -> elapsedMillis(startNanos) >= millis);
    }

    static long elapsedMillis(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
