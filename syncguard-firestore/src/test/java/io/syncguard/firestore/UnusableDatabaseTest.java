package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.firestore.Firestore;
import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases that Firestore answers for and that cannot hold locks. The emulator has none: what Firestore answers is put in its place. */
@Timeout(120)
class UnusableDatabaseTest {
    private static final LockKey KEY = LockKey.of("job");

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_FOUND           | The database (default) does not exist for project p.         | databases create",
                "FAILED_PRECONDITION | The Cloud Firestore API is not available for Firestore in Datastore Mode. | native mode",
                "INVALID_ARGUMENT | Database mode not set to Firestore Mode. | native mode",
                "FAILED_PRECONDITION | The query requires an index. You can create it here: https://… | lockId"
            })
    @DisplayName(
            "FST-7 a database that is missing, in Datastore mode or without an index is INVALID_ARGUMENT with the cure")
    void cure(String name, String answer, String cure) {
        Wire wire = new Wire();
        Firestore client = Emulated.through(wire);
        try (LockBackend backend = FirestoreLockBackend.create(client, FirestoreLockOptions.defaults())) {
            List<ThrowingCallable> calls = List.of(
                    backend::ping,
                    () -> backend.isLocked(KEY),
                    () -> backend.lookup(LockId.random()),
                    () -> backend.acquire(KEY, LockId.random(), Fixture.TTL),
                    () -> backend.extend(LockId.random(), Fixture.TTL),
                    () -> backend.release(LockId.random()),
                    () -> backend.abandon(KEY, LockId.random(), Fixture.TTL));
            for (ThrowingCallable call : calls) {
                wire.loseRead(Status.Code.valueOf(name).toStatus().withDescription(answer));

                LockException e = catchThrowableOfType(LockException.class, call);

                assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                assertThat(e).hasMessageContaining(cure);
                assertThat(e.isOutcomeUnknown()).isFalse();
            }
            assertThat(wire.commits()).isZero();
        } finally {
            Emulated.close(client);
        }
    }
}
