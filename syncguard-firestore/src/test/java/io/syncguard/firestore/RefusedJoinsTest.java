package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiters whose names Firestore does not put in the queue. */
@Timeout(120)
class RefusedJoinsTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABORTED", "UNAVAILABLE", "RESOURCE_EXHAUSTED"})
    @DisplayName("WAI-5 a waiter that cannot join the queue reads the lock no more often than one that polls")
    void pollsOnly(String name) {
        try (Contender holder = new Contender(options);
                Contender refused = new Contender(options);
                Contender polling = new Contender(options)) {
            HeldLock lock = holder.guard.acquire("job", LockOptions.defaults().withTtl(Duration.ofMinutes(10)));
            refused.wire.refuseJoins(Status.Code.valueOf(name).toStatus());
            polling.wire.refuseListeners(Status.PERMISSION_DENIED);
            int looksOfRefused = refused.wire.looks();
            int looksOfPolling = polling.wire.looks();
            int commits = refused.wire.commits();
            CompletableFuture<AsyncHeldLock> first = refused.guard.async().acquire("job", PATIENT);
            CompletableFuture<AsyncHeldLock> second = polling.guard.async().acquire("job", PATIENT);

            Pause.of(Duration.ofSeconds(3));

            int polls = polling.wire.looks() - looksOfPolling;
            assertThat(refused.wire.looks() - looksOfRefused)
                    .as("reads, to %s of one that polls", polls)
                    .isBetween(2, 2 * polls + 4);
            assertThat(refused.wire.commits() - commits).as("tries to join").isBetween(2, 4 * polls + 8);
            assertThat(first.cancel(true)).isTrue();
            assertThat(second.cancel(true)).isTrue();
            lock.close();
        }
    }
}
