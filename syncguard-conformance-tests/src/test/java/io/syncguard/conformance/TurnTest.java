package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How runs of the suite share a key whose text is fixed. */
class TurnTest {
    private static final LockKey KEY = LockKey.of(".");

    private final ModelServer server = new ModelServer();
    private final LockBackend oneRun = new ModelBackend(server, null);
    private final LockBackend otherRun = new ModelBackend(server, null);

    @AfterEach
    void close() {
        oneRun.close();
        otherRun.close();
    }

    @Test
    @DisplayName("a turn begins when that of another run has ended")
    void oneAfterTheOther() throws Exception {
        FutureTask<Boolean> other = new FutureTask<>(() -> {
            try (Turn turn = Turn.at(otherRun, KEY)) {
                return otherRun.isLocked(turn.key());
            }
        });
        try (Turn turn = Turn.at(oneRun, KEY)) {
            Held held = Held.take(oneRun, turn.key(), Turn.TTL);
            int calls = server.calls();
            new Thread(other).start();
            Await.until("the other run tries again and again", () -> other.isDone() || server.calls() > calls + 20);
            assertThat(other).as("the other run's turn").isNotDone();
            held.release(oneRun);
        }

        assertThat(other.get(20, TimeUnit.SECONDS))
                .as("whether the key was locked in the other's turn")
                .isFalse();
    }

    @Test
    @DisplayName("a turn begins when the lock of a run that was killed has ended, and so has its turn")
    void afterOneThatWasKilled() {
        Held.take(oneRun, LockKey.of("conformance-turn-" + KEY.fingerprint()), new Ttl(1));
        Held.take(oneRun, KEY, new Ttl(500));

        try (Turn turn = Turn.at(otherRun, KEY)) {
            assertThat(otherRun.isLocked(turn.key())).isFalse();
        }
    }
}
