package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An id holds one key at the most (ACQ-3, FST-14). */
@Timeout(120)
class LockIdsTest {
    private static final int ROUNDS = 20;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private boolean isAcquired(CompletableFuture<AcquireResult> attempt) {
        return attempt.handle((result, failure) -> {
                    if (failure != null) {
                        assertThat(LockException.within(failure).orElseThrow().code())
                                .isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                    }
                    return result instanceof Acquired;
                })
                .join();
    }

    @Test
    @DisplayName("FST-14, ACQ-3 of two acquires with one id for two keys at once one is refused")
    void oneIdTwoKeys() {
        for (int round = 0; round < ROUNDS; round++) {
            LockId id = LockId.random();
            CompletableFuture<AcquireResult> first =
                    fixture.backend.async().acquire(LockKey.of("first-" + round), id, Fixture.TTL);
            CompletableFuture<AcquireResult> second =
                    fixture.backend.async().acquire(LockKey.of("second-" + round), id, Fixture.TTL);

            assertThat(List.of(isAcquired(first), isAcquired(second)))
                    .as("round %s", round)
                    .containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    @DisplayName("FST-14 an id that was made for a key is refused for another one, without a request")
    void madeForAnotherKey() {
        LockId id = fixture.backend.newLockId(LockKey.of("other"));
        fixture.wire.bill();

        LockException e =
                catchThrowableOfType(LockException.class, () -> fixture.backend.acquire(fixture.key, id, Fixture.TTL));

        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(fixture.wire.bill()).isEqualTo("0 reads, 0 writes");
    }
}
