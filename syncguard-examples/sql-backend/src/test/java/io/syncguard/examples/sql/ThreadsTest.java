package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads of a backend that has nothing to do. */
@Timeout(120)
class ThreadsTest {
    /** A machine that is busy slows some attempts, and a fault all of them. */
    private static final int ATTEMPTS = 10;

    /** Less than the shortest time for which an idle thread stays, or a close waits for one. */
    private static final Duration AT_ONCE = Duration.ofMillis(700);

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockKey key = LockKey.of("account:42");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @DisplayName("OPT-3 closing an idle backend is over at once, and so are its threads")
    void closed() throws Exception {
        long shortest = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && shortest > AT_ONCE.toNanos(); attempt++) {
            LockBackend backend = SqlLockBackend.over(database::connect, TestDatabase.PATIENT);
            assertThat(backend.async().isLocked(key).join()).isFalse();
            assertThat(threads()).isPositive();
            long begun = System.nanoTime();

            backend.close();

            Await.until("no thread is left", () -> threads() == 0);
            shortest = Math.min(shortest, System.nanoTime() - begun);
        }
        assertThat(Duration.ofNanos(shortest)).isLessThan(AT_ONCE);
    }

    @Test
    @DisplayName("threads of an idle backend end")
    void idle() throws Exception {
        try (LockBackend backend = SqlLockBackend.over(database::connect, TestDatabase.PATIENT)) {
            assertThat(backend.isLocked(key)).isFalse();
            assertThat(threads()).isPositive();

            Await.until("no thread is left", () -> threads() == 0);

            assertThat(backend.isLocked(key)).isFalse();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("syncguard-"))
                .count();
    }
}
