package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits that nobody answers and that land later: what was answered meanwhile stays true. */
@Timeout(180)
class UnansweredCommitsTest {
    /** Longer than any test: nothing gets free by its expiry. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final Ttl LONG_TTL = new Ttl(LONG.toMillis());

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture(Duration.ofSeconds(6));
    private final SyncGuard guard = SyncGuard.using(fixture.backend);

    @AfterEach
    void close() {
        fixture.wire.loseCommits(null);
        guard.close();
        fixture.close();
    }

    private boolean isLocked() {
        return fixture.backend.isLocked(fixture.key);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "FST-4, FST-6, ACQ-4 contention does not hide that an earlier commit of the acquire may still land, and it is undone")
    void acquireThenContention(boolean landsBeforeItIsAbandoned) {
        fixture.wire.keepCommit(Status.UNAVAILABLE);
        for (int i = 0; i < 5; i++) {
            fixture.wire.loseCommit(Status.ABORTED);
        }
        if (landsBeforeItIsAbandoned) {
            fixture.wire.loseCommits(Status.UNAVAILABLE);
        }

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(LONG)));

        assertThat(e).as("a failure, and not contention").isNotNull();
        assertThat(e.isOutcomeUnknown()).isTrue();
        if (landsBeforeItIsAbandoned) {
            fixture.wire.deliver();
            assertThat(isLocked()).as("the commit has landed").isTrue();
            fixture.wire.loseCommits(null);
        } else {
            Fixture.until(() -> Fixture.done(fixture.lockDocument().get()).exists());
            fixture.wire.deliver();
        }
        long delivered = System.nanoTime();
        Fixture.until(() -> !isLocked());
        assertThat(Duration.ofNanos(System.nanoTime() - delivered)).isLessThan(Duration.ofSeconds(20));
        assertThat(fixture.backend.acquire(fixture.key, LockId.random(), Fixture.TTL))
                .isInstanceOf(Acquired.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOT_FOUND", "FAILED_PRECONDITION"})
    @DisplayName(
            "FST-7, ACQ-4 a look that says that the database is unusable does not hide that a commit may have landed, and it is undone")
    void unusableAfterUnanswered(String name) {
        fixture.wire.holdCommitAndLoseAnswer(Status.UNAVAILABLE);
        CompletableFuture<?> acquire =
                guard.async().tryAcquire("job", LockOptions.defaults().withTtl(LONG));
        Fixture.until(fixture.wire::isHolding);
        fixture.wire.loseRead(Status.Code.valueOf(name).toStatus());

        fixture.wire.deliver();

        LockException e = failure(acquire);
        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e.isOutcomeUnknown()).isTrue();
        Fixture.until(() -> !isLocked());
    }

    private static LockException failure(CompletableFuture<?> call) {
        return LockException.within(catchThrowable(call::join)).orElseThrow();
    }

    @Test
    @DisplayName("ERR-3, FST-4 a document that is none of ours does not hide that an earlier commit may have landed")
    void foreignAfterUnanswered() {
        fixture.wire.holdCommitAndLoseAnswer(Status.UNAVAILABLE);
        CompletableFuture<?> acquire = fixture.backend.async().acquire(fixture.key, fixture.id, LONG_TTL);
        Fixture.until(fixture.wire::isHolding);
        Fixture.done(fixture.lockDocument().set(Map.of(LockDocument.LOCK_ID, 7L)));

        fixture.wire.deliver();

        LockException e = failure(acquire);
        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e).hasMessageContaining("'lockId'");
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    @DisplayName(
            "FST-4, EXT-1 an extension that answers that the lock is gone has seen to it that its commit lands no more")
    void extensionAnswersAbsent() {
        acquireFor(1_500);
        fixture.wire.keepCommit(Status.UNAVAILABLE);
        fixture.wire.loseCommits(Status.UNAVAILABLE);
        CompletableFuture<ExtendResult> extension = fixture.backend.async().extend(fixture.id, LONG_TTL);
        Fixture.until(() -> fixture.wire.isHolding() && !isLocked());
        fixture.wire.loseCommits(null);
        assertThat(extension.join()).isInstanceOf(ExtendResult.Absent.class);

        fixture.wire.deliver();

        assertThat(isLocked()).isFalse();
    }

    /** Acquires the lock for a time after which an operation that began at once has some left. */
    private void acquireFor(long millis) {
        assertThat(fixture.backend.acquire(fixture.key, fixture.id, new Ttl(millis)))
                .isInstanceOf(Acquired.class);
    }

    @Test
    @DisplayName(
            "FST-4, ACQ-4 an extension that was not answered until the lock was dead does not bring it to life for long")
    void extensionUnanswered() {
        HeldLock lock = guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofSeconds(2)))
                .orElseThrow();
        fixture.wire.keepCommit(Status.UNAVAILABLE);
        fixture.wire.loseCommits(Status.UNAVAILABLE);

        assertThat(isExtended(lock)).isFalse();

        Fixture.until(() -> !isLocked());
        fixture.wire.deliver();
        fixture.wire.loseCommits(null);
        long delivered = System.nanoTime();
        Fixture.until(() -> !isLocked());
        assertThat(Duration.ofNanos(System.nanoTime() - delivered)).isLessThan(Duration.ofSeconds(20));
        Pause.of(Duration.ofSeconds(1));
        assertThat(isLocked()).isFalse();
        assertThat(lock.isHeld()).isFalse();
    }

    /** A failure must say that the outcome is unknown. */
    private static boolean isExtended(HeldLock lock) {
        try {
            return lock.extend(LONG);
        } catch (LockException e) {
            assertThat(e.isOutcomeUnknown()).isTrue();
            return false;
        }
    }

    @Test
    @DisplayName(
            "FST-12 an extension that lands when the lock is dead and nobody else's frees it, and says that it was gone")
    void extensionLandsAfterTheEnd() {
        acquireFor(1_000);
        fixture.wire.holdCommit();
        CompletableFuture<ExtendResult> extension = fixture.backend.async().extend(fixture.id, LONG_TTL);
        Fixture.until(() -> fixture.wire.isHolding() && !isLocked());

        fixture.wire.deliver();

        assertThat(extension.join()).isInstanceOf(ExtendResult.Absent.class);
        assertThat(isLocked()).isFalse();
    }
}
