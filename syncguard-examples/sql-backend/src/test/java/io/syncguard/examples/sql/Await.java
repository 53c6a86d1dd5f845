package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for conditions. */
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private Await() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).as("waiting until %s", what).isNegative();
            Pause.millis(5);
        }
    }
}
