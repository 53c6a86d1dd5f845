package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, some seconds at the most. */
public final class Await {
    private static final Duration COLD_START = Duration.ofSeconds(30);

    private Await() {}

    /** Waits for a guard's connection, which a JVM that has just begun may take longer to make than an operation may. */
    public static void connected(SyncGuard guard) {
        long deadline = System.nanoTime() + COLD_START.toNanos();
        while (true) {
            try {
                var unused = guard.isLocked("warm-up");
                return;
            } catch (LockException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    public static void until(String what, BooleanSupplier condition) {
        within(Duration.ofSeconds(10), what, condition);
    }

    /** Waits until something holds, for what takes its time. */
    static void within(Duration patience, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s, within %s", what, patience)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
