package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult.Acquired;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose time is over: by which failure they are reported (FST-7). */
@Timeout(120)
@ExtendWith(SlowAnswers.class)
class TimedOutCallsTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture(Duration.ofSeconds(2));
    private final LockId id = fixture.backend.newLockId(fixture.key);

    @AfterEach
    void close() {
        fixture.wire.silenceReadsAfter(Integer.MAX_VALUE);
        fixture.close();
    }

    private void assertTimesOut(ThrowingCallable call, boolean unknown) {
        int commits = fixture.wire.commits();

        LockException e = catchThrowableOfType(LockException.class, call);

        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isEqualTo(unknown);
        assertThat(fixture.wire.commits() - commits).as("commits").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABORTED", "FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND"})
    @DisplayName("FST-7, ERR-2 a conflict and then no answer is NETWORK_TIMEOUT: the conflict was no failure")
    void conflictThenSilence(String name) {
        Status conflict = Status.Code.valueOf(name).toStatus();
        fixture.wire.silenceReadsAfter(1);
        fixture.wire.loseCommit(conflict);
        assertTimesOut(() -> fixture.backend.acquire(fixture.key, id, Fixture.TTL), false);

        fixture.wire.silenceReadsAfter(Integer.MAX_VALUE);
        Fixture.until(() -> isAcquired());
        fixture.wire.silenceReadsAfter(0);
        fixture.wire.loseCommit(conflict);
        assertTimesOut(() -> fixture.backend.extend(id, Fixture.TTL), false);
        fixture.wire.loseCommit(conflict);
        assertTimesOut(() -> fixture.backend.release(id), false);
    }

    private boolean isAcquired() {
        try {
            return fixture.backend.acquire(fixture.key, id, Fixture.TTL) instanceof Acquired;
        } catch (LockException e) {
            return false;
        }
    }

    @Test
    @DisplayName("FST-7 a failure that an answer followed is forgotten when no other comes in time")
    void failureThenAnswerThenSilence() {
        fixture.wire.loseRead(Status.UNAVAILABLE);
        fixture.wire.holdCommit();

        assertTimesOut(() -> fixture.backend.acquire(fixture.key, id, Fixture.TTL), true);
    }

    @Test
    @DisplayName("FST-7 a failure that no answer followed is what the call is reported by")
    void failureThenSilence() {
        fixture.wire.loseRead(Status.UNAVAILABLE);
        fixture.wire.silenceReadsAfter(0);

        LockException e = catchThrowableOfType(LockException.class, () -> fixture.backend.isLocked(fixture.key));

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
    }
}
