package io.syncguard.examples;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Reserves seats in a hall while a customer waits for the answer. A hall that stays busy is an answer. Every other failure is a
 * failure and propagates.
 */
final class SeatReservation {
    private final SyncGuard guard;
    private final LockOptions options;

    /** What a customer is told. */
    enum Answer {
        RESERVED,
        TRY_AGAIN
    }

    /** @param patience how long a customer may wait for a busy hall */
    SeatReservation(SyncGuard guard, Duration patience) {
        this.guard = guard;
        this.options = LockOptions.defaults().withTimeout(patience).withName("reserve-seat");
    }

    /**
     * Reserves seats in a hall.
     *
     * @throws io.syncguard.LockException if the system failed; it never is an {@code AcquisitionTimeoutException}
     */
    Answer reserve(int hall, Runnable reservation) {
        try {
            guard.run("hall:" + hall, options, reservation::run);
            return Answer.RESERVED;
        } catch (AcquisitionTimeoutException busy) {
            return Answer.TRY_AGAIN;
        }
    }
}
