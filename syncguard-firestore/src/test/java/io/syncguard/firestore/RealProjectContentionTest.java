package io.syncguard.firestore;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Several clients that contend for one key on a real project. Prints the figures. */
@EnabledIfEnvironmentVariable(named = RealProject.VARIABLE, matches = ".+", disabledReason = RealProject.NOT_NAMED)
@Timeout(300)
class RealProjectContentionTest {
    private static final int CLIENTS = 8;

    @Test
    @DisplayName(
            "ACQ-1, ACQ-2, FEN-1 of eight clients one holds at a time, fences rise, and nothing fails but by its timeout")
    void contend() throws InterruptedException {
        FirestoreLockOptions options = RealProject.newOptions();
        Contention contention = new Contention(CLIENTS, Duration.ofSeconds(20), Duration.ofMillis(20));
        try (Wired wired = new Wired(RealProject::through, options)) {
            contention.run(wired::open, wired::takeBill);
            contention.print("real project", wired.takeBill());
        } finally {
            RealProject.delete(options);
        }

        contention.assertExclusion();
    }
}
