package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.examples.SeatReservation.Answer;
import io.syncguard.testcontainers.WithSyncGuard;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An integration test as an application would write it: the code under test on a real Redis, beside another process. */
@WithSyncGuard(image = "redis:8", parameters = "operationTimeoutMillis=20000&connectTimeoutMillis=40000")
class SeatsOnRealRedisTest {
    private final AtomicInteger reserved = new AtomicInteger();

    @Test
    @DisplayName("a hall that another process has is to be tried again, until it is free")
    void reserves(SyncGuard mine, SyncGuard ofAnotherProcess) {
        SeatReservation seats = new SeatReservation(mine, Duration.ofMillis(100));

        try (HeldLock hall = ofAnotherProcess.acquire("hall:7")) {
            assertThat(hall.isHeld()).isTrue();
            assertThat(seats.reserve(7, reserved::incrementAndGet)).isEqualTo(Answer.TRY_AGAIN);
        }

        assertThat(seats.reserve(7, reserved::incrementAndGet)).isEqualTo(Answer.RESERVED);
        assertThat(reserved).hasValue(1);
    }
}
