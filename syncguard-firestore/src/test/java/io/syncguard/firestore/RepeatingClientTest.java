package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.syncguard.HeldLock;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that was handed in with Google's retry settings: it sends a commit again by itself when no answer came. */
@Timeout(120)
class RepeatingClientTest {
    private static final LockOptions OPTIONS = LockOptions.defaults().withTtl(Duration.ofMinutes(1));

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(BackendTimeout.OPERATION.byDefault().multipliedBy(5));
    private final Contender process = new Contender(options, FirestoreEmulator.address(), null);
    private int commits;

    @AfterEach
    void close() {
        process.close();
    }

    /** Loses the answer to the commit that comes next, which the client repeats. */
    private void loseAnswer() {
        commits = process.wire.commits();
        process.wire.loseAnswerToCommit(Status.UNAVAILABLE);
    }

    private void assertRepeated() {
        assertThat(process.wire.commits() - commits).as("commits since").isGreaterThan(1);
    }

    @Test
    @DisplayName("FST-4, REL-2 the work's result is returned although the answer to the release is lost once")
    void release() {
        String result = process.guard.call("job", OPTIONS, lock -> {
            loseAnswer();
            return "result";
        });

        assertThat(result).isEqualTo("result");
        assertRepeated();
        assertThat(process.guard.isLocked("job")).isFalse();
    }

    @Test
    @DisplayName("FST-4, ACQ-3 an acquire is confirmed although its answer is lost once")
    void acquire() {
        loseAnswer();

        try (HeldLock lock = process.guard.tryAcquire("job", OPTIONS).orElseThrow()) {
            assertRepeated();
            assertThat(process.backend.lookup(LockKey.of("job")).orElseThrow().fence())
                    .isEqualTo(lock.fence());
        }
    }

    @Test
    @DisplayName("FST-4, EXT-1 an extension is confirmed although its answer is lost once")
    void extend() {
        try (HeldLock lock = process.guard.tryAcquire("job", OPTIONS).orElseThrow()) {
            loseAnswer();

            assertThat(lock.extend(Duration.ofMinutes(5))).isTrue();

            assertRepeated();
            assertThat(process.backend.lookup(LockKey.of("job")).orElseThrow().remaining())
                    .isGreaterThan(Duration.ofMinutes(4));
        }
    }
}
