package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.SyncGuard;
import io.syncguard.examples.SeatReservation.Answer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Unit tests as an application would write them: locks in memory, and a stub where a failure is wanted. */
class SeatReservationTest {
    private static final Duration PATIENCE = Duration.ofMillis(100);

    @Test
    @DisplayName("a free hall is reserved, a busy one is to be tried again")
    void reserves() {
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            SeatReservation seats = new SeatReservation(guard, PATIENCE);
            AtomicInteger reserved = new AtomicInteger();

            assertThat(seats.reserve(7, reserved::incrementAndGet)).isEqualTo(Answer.RESERVED);
            try (HeldLock busy = guard.acquire("hall:7")) {
                assertThat(busy.isHeld()).isTrue();
                assertThat(seats.reserve(7, reserved::incrementAndGet)).isEqualTo(Answer.TRY_AGAIN);
                assertThat(seats.reserve(8, reserved::incrementAndGet)).isEqualTo(Answer.RESERVED);
            }
            assertThat(reserved).hasValue(2);
        }
    }

    private static LockException failure(LockErrorCode code) {
        return LockException.failed(code, LockOperation.ACQUIRE, null, "as this test wants it", null);
    }

    @Test
    @DisplayName("contention is an answer, without any wait in the test")
    void contention() {
        SyncGuard busy = StubGuard.failingWith(failure(LockErrorCode.ACQUISITION_TIMEOUT));

        assertThat(new SeatReservation(busy, PATIENCE).reserve(7, () -> fail("no lock, no work")))
                .isEqualTo(Answer.TRY_AGAIN);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "ACQUISITION_TIMEOUT")
    @DisplayName("every other failure propagates")
    void otherFailures(LockErrorCode code) {
        LockException failure = failure(code);
        SyncGuard failing = StubGuard.failingWith(failure);

        assertThatThrownBy(() -> new SeatReservation(failing, PATIENCE).reserve(7, () -> fail("no lock, no work")))
                .isSameAs(failure);
    }
}
