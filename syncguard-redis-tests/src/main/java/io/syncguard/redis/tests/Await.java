package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, for as long as a machine may need that runs other things too. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Await() {}

    /** Waits for a guard's connection, which a JVM that has just begun may take longer to make than an operation may. */
    public static void connected(SyncGuard guard) {
        answered(() -> guard.isLocked("warm-up"));
    }

    /** Waits for a backend's connection in the same way. */
    public static void connected(LockBackend backend) {
        answered(() -> backend.isLocked(LockKey.of("warm-up")));
    }

    private static void answered(BooleanSupplier question) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var unused = question.getAsBoolean();
                return;
            } catch (LockException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    public static void until(String what, BooleanSupplier condition) {
        within(PATIENCE, what, condition);
    }

    /** Waits until no thread of the library is left in this JVM, and names those that stay. */
    public static void untilOurThreadsAreGone() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        List<String> left = ourThreads();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            left = ourThreads();
        }
        assertThat(left).as("threads of ours that are left").isEmpty();
    }

    private static List<String> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("syncguard-"))
                .toList();
    }

    /** Waits until something holds, for what takes its time. */
    public static void within(Duration patience, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s, within %s", what, patience)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
