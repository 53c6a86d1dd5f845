package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits that are lost on their way, or whose answers are, with every status Firestore's client reports such things by. */
@Timeout(180)
class LostCommitsTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    /** A count that the clock reaches in 2254. */
    private static final long AHEAD_OF_CLOCK = 899_000_000_000_000L;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Sets the key's counter ahead of the clock, so that the next tokens tell how often it is counted up (FEN-1). */
    private void counterAheadOfClock() {
        Emulated.setFence(fixture.raw, fixture.options.collection(), fixture.key, AHEAD_OF_CLOCK);
    }

    private static Status status(String name) {
        return Status.Code.valueOf(name).toStatus();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "INTERNAL", "ABORTED", "CANCELLED"})
    @DisplayName("FST-4, ACQ-3, ACQ-4 an acquire whose commit landed unseen is confirmed: one lock, one fence")
    void answerToAcquireLost(String name) {
        counterAheadOfClock();
        fixture.wire.loseAnswerToCommit(status(name));

        assertThat(fixture.acquire().fence().value()).isEqualTo(AHEAD_OF_CLOCK + 1);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(Fixture.done(fixture.lockDocument().get()).get("fence")).isEqualTo("899000000000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "ABORTED"})
    @DisplayName("ACQ-3 an acquire whose commit was lost is sent again, and counts once")
    void acquireLost(String name) {
        counterAheadOfClock();
        fixture.wire.loseCommit(status(name));

        assertThat(fixture.acquire().fence().value()).isEqualTo(AHEAD_OF_CLOCK + 1);
    }

    @Test
    @DisplayName("FST-4, ACQ-2 a commit that is refused for contention over and over is contention, and leaves nothing")
    void contentionWithoutEnd() {
        for (int i = 0; i < 10; i++) {
            fixture.wire.loseCommit(Status.ABORTED);
        }

        assertThat(fixture.backend.acquire(fixture.key, fixture.id, Fixture.TTL))
                .isInstanceOf(Contended.class);

        assertThat(Fixture.done(fixture.lockDocument().get()).exists()).isFalse();
    }

    @Test
    @DisplayName("ERR-2, OPT-2 what goes on failing is told by its status when the time is over")
    void failsWithoutEnd() {
        try (Fixture hasty = new Fixture(Duration.ofSeconds(2))) {
            for (int i = 0; i < 100; i++) {
                hasty.wire.loseCommit(Status.UNAVAILABLE);
            }

            LockException e = catchThrowableOfType(LockException.class, hasty::acquire);

            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).isTrue();
            assertThat(e.getCause()).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PERMISSION_DENIED, AUTH_FAILED",
        "UNAUTHENTICATED, AUTH_FAILED",
        "RESOURCE_EXHAUSTED, RATE_LIMITED",
        "INVALID_ARGUMENT, INTERNAL"
    })
    @DisplayName("FST-7, ERR-2 a commit that Firestore refuses is told by its status, and changed nothing")
    void refused(String name, LockErrorCode code) {
        fixture.wire.loseCommit(status(name));

        LockException e = catchThrowableOfType(LockException.class, fixture::acquire);

        assertThat(e.code()).isEqualTo(code);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "ABORTED", "INTERNAL", "CANCELLED"})
    @DisplayName("FST-7 a read that fails in passing is made again")
    void readLost(String name) {
        fixture.wire.loseRead(status(name));

        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
    }

    @Test
    @DisplayName(
            "FST-7, ERR-2 a call that Firestore goes on cancelling is SERVICE_UNAVAILABLE, for its caller has not given it up")
    void cancelledWithoutEnd() {
        try (Fixture hasty = new Fixture(Duration.ofSeconds(2))) {
            for (int i = 0; i < 1_000; i++) {
                hasty.wire.loseRead(Status.CANCELLED);
            }

            LockException e = catchThrowableOfType(LockException.class, () -> hasty.backend.isLocked(hasty.key));

            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "ABORTED", "FAILED_PRECONDITION"})
    @DisplayName("REL-2, FST-4 a release whose answer was lost finds out that it has released the lock")
    void answerToReleaseLost(String name) {
        fixture.acquire();
        fixture.wire.loseAnswerToCommit(status(name));

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
    }

    @Test
    @DisplayName("REL-1 a release whose commit was lost is sent again")
    void releaseLost() {
        fixture.acquire();
        fixture.wire.loseCommit(Status.UNAVAILABLE);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    @DisplayName("EXT-1 an extension whose answer was lost is made again")
    void answerToExtendLost() {
        fixture.acquire();
        fixture.wire.loseAnswerToCommit(Status.DEADLINE_EXCEEDED);

        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(Extended.class);
    }

    @Test
    @DisplayName("FST-3, FST-6, ACQ-4 a commit that arrives after its acquire timed out and was abandoned is refused")
    void lateCommit() {
        try (Fixture hasty = new Fixture(Duration.ofSeconds(2));
                SyncGuard guard = SyncGuard.using(hasty.backend)) {
            hasty.wire.holdCommit();

            LockException e = catchThrowableOfType(
                    LockException.class,
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofMinutes(1))));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isTrue();
            await(() -> Fixture.done(hasty.lockDocument().get()).exists());
            hasty.wire.deliver();
            await(() -> !hasty.wire.isHolding());
            Pause.millis(300);
            assertThat(guard.isLocked("job")).isFalse();
            assertThat(Fixture.done(hasty.lockDocument().get()).get("fence"))
                    .as("FEN-1 a count by the acquire that was refused")
                    .isEqualTo("");
            assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofMinutes(1))))
                    .isPresent();
        }
    }

    @Test
    @DisplayName(
            "FST-3, EXT-1 an acquire of a dead lock fails on an extension, decided while it lived, that landed first")
    void extensionLandsBetween() {
        LockId holder = LockId.random();
        assertThat(fixture.backend.acquire(fixture.key, holder, new Ttl(1))).isInstanceOf(Acquired.class);
        await(() -> !fixture.backend.isLocked(fixture.key));
        fixture.wire.holdCommit();
        CompletableFuture<AcquireResult> taker = fixture.backend.async().acquire(fixture.key, fixture.id, Fixture.TTL);
        await(fixture.wire::isHolding);

        long prolonged = System.currentTimeMillis() + 60_000;
        Fixture.done(fixture.lockDocument().update(LockDocument.EXPIRES_AT, prolonged));
        fixture.wire.deliver();

        assertThat(taker.join()).isInstanceOf(Contended.class);
        assertThat(fixture.backend.lookup(fixture.key).orElseThrow().id()).isEqualTo(holder);
    }

    @Test
    @DisplayName("FST-3, EXT-1 an extension that lands when somebody else has the key prolongs nothing")
    void extensionLandsLate() {
        LockId late = LockId.random();
        assertThat(fixture.backend.acquire(fixture.key, late, new Ttl(3_000))).isInstanceOf(Acquired.class);
        fixture.wire.holdCommit();
        CompletableFuture<ExtendResult> extension = fixture.backend.async().extend(late, new Ttl(600_000));
        await(fixture.wire::isHolding);
        await(() -> !fixture.backend.isLocked(fixture.key));
        Acquired others = fixture.acquire();

        fixture.wire.deliver();

        assertThat(extension.join()).isInstanceOf(ExtendResult.Absent.class);
        LockRecord lock = fixture.backend.lookup(fixture.key).orElseThrow();
        assertThat(lock.id()).isEqualTo(fixture.id);
        assertThat(lock.expiresAt()).isEqualTo(others.expiresAt());
    }

    @Test
    @DisplayName("ACQ-4 a refusal says nothing of an earlier commit that was not answered")
    void refusedAfterUnknown() {
        fixture.wire.loseCommit(Status.DEADLINE_EXCEEDED);
        fixture.wire.loseCommit(Status.RESOURCE_EXHAUSTED);

        LockException e = catchThrowableOfType(LockException.class, fixture::acquire);

        assertThat(e.code()).isEqualTo(LockErrorCode.RATE_LIMITED);
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
