package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits that are lost on their way to a real project or back, or arrive late: the most important cases of {@link LostCommitsTest}. */
@EnabledIfEnvironmentVariable(named = RealProject.VARIABLE, matches = ".+", disabledReason = RealProject.NOT_NAMED)
@Timeout(180)
class RealProjectLostCommitsTest {
    private final Fixture fixture = Fixture.onRealProject(Duration.ofSeconds(20));

    @AfterEach
    void close() {
        fixture.close();
        RealProject.delete(fixture.options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED"})
    @DisplayName("FST-4, ACQ-3 an acquire whose answer was lost is confirmed, with the token that it wrote")
    void answerToAcquireLost(String name) {
        fixture.wire.loseAnswerToCommit(Status.Code.valueOf(name).toStatus());

        Acquired acquired = fixture.acquire();

        assertThat(Fixture.done(fixture.lockDocument().get()).get(LockDocument.FENCE))
                .isEqualTo(acquired.fence().toString());
        assertThat(fixture.wire.commits()).isEqualTo(1);
    }

    @Test
    @DisplayName("FST-4, ACQ-3 an acquire whose commit was lost is made again")
    void acquireLost() {
        fixture.wire.loseCommit(Status.UNAVAILABLE);

        assertThat(fixture.acquire()).isNotNull();

        assertThat(fixture.backend.lookup(fixture.key).orElseThrow().id()).isEqualTo(fixture.id);
    }

    @Test
    @DisplayName("FST-4, EXT-1, REL-2 an extension and a release whose answers were lost find out what they have done")
    void answersToHolderLost() {
        fixture.acquire();
        fixture.wire.loseAnswerToCommit(Status.DEADLINE_EXCEEDED);
        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(Extended.class);
        fixture.wire.loseAnswerToCommit(Status.DEADLINE_EXCEEDED);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
    }

    @Test
    @DisplayName("FST-3, FST-6, ACQ-4 a commit that arrives after its acquire was abandoned is refused")
    void lateCommit() {
        try (Fixture hasty = Fixture.onRealProject(Duration.ofSeconds(3));
                SyncGuard guard = SyncGuard.using(hasty.backend)) {
            hasty.wire.holdCommit();

            LockException e =
                    catchThrowableOfType(LockException.class, () -> guard.tryAcquire("job", LockOptions.defaults()));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isTrue();
            Fixture.until(() -> Fixture.done(hasty.lockDocument().get()).exists());
            Fixture.until(() -> hasty.wire.inFlight() == 1);
            hasty.wire.deliver();
            Fixture.until(() -> hasty.wire.inFlight() == 0);
            assertThat(Fixture.done(hasty.lockDocument().get()).get(LockDocument.FENCE))
                    .as("FEN-1 a count by the acquire that was refused")
                    .isEqualTo(LockDocument.NONE);
            RealProject.delete(hasty.options);
        }
    }

    @Test
    @DisplayName("FST-3, EXT-1 an extension that arrives when somebody else has the key extends nothing")
    void extensionArrivesLate() {
        LockId late = LockId.random();
        assertThat(fixture.backend.acquire(fixture.key, late, new Ttl(5_000))).isInstanceOf(Acquired.class);
        fixture.wire.holdCommit();
        CompletableFuture<ExtendResult> extension = fixture.backend.async().extend(late, new Ttl(600_000));
        Fixture.until(fixture.wire::isHolding);
        Fixture.until(() -> !fixture.backend.isLocked(fixture.key));
        Acquired others = fixture.acquire();

        fixture.wire.deliver();

        assertThat(extension.join()).isInstanceOf(ExtendResult.Absent.class);
        assertThat(fixture.backend.lookup(fixture.key).orElseThrow().expiresAt())
                .isEqualTo(others.expiresAt());
    }
}
