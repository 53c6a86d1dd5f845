package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.firestore.DocumentReference;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockRecord;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents that this library did not write, or that somebody copied. */
@Timeout(180)
class OddDocumentsTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @DisplayName("ERR-3 a document that is none of ours is INTERNAL, named by its field, and left alone")
    void foreignLock() {
        Map<String, Object> foreign = Map.of("lockId", 7L, "owner", "somebody");
        Fixture.done(fixture.lockDocument().set(foreign));

        List<ThrowingCallable> calls = List.of(
                fixture::acquire,
                () -> fixture.backend.isLocked(fixture.key),
                () -> fixture.backend.lookup(fixture.key),
                () -> fixture.backend.abandon(fixture.key, fixture.id, Fixture.TTL));
        for (ThrowingCallable call : calls) {
            LockException e = catchThrowableOfType(LockException.class, call);
            assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e).hasMessageContaining("'lockId'").hasMessageContaining(fixture.key.fingerprint());
        }

        assertThat(Fixture.done(fixture.lockDocument().get()).getData()).isEqualTo(foreign);
    }

    @Test
    @DisplayName("ERR-3 a counter that is none of ours is INTERNAL, left alone, and no lock is taken")
    void foreignCounter() {
        Fixture.done(fixture.lockDocument().set(Emulated.free(fixture.key, "many")));

        LockException e = catchThrowableOfType(LockException.class, fixture::acquire);

        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e).hasMessageContaining("'fence'");
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(Fixture.done(fixture.lockDocument().get()).get("fence")).isEqualTo("many");
    }

    private DocumentReference copyOfLock(String as) {
        DocumentReference copy =
                fixture.raw.collection(fixture.options.collection()).document(as);
        Fixture.done(copy.set(Fixture.done(fixture.lockDocument().get()).getData()));
        return copy;
    }

    @Test
    @DisplayName(
            "FST-5, REL-1 of a lock that was copied all live copies go with one release of a process that did not acquire it")
    void copiedLock() {
        fixture.acquire();
        DocumentReference copy = copyOfLock("copy");
        try (LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options)) {
            LockException e = catchThrowableOfType(LockException.class, () -> other.extend(fixture.id, Fixture.TTL));
            assertThat(e.code()).as("EXT-1 which of two to extend").isEqualTo(LockErrorCode.INTERNAL);
            assertThat(other.lookup(fixture.id).map(LockRecord::id)).contains(fixture.id);
            assertThat(other.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

            assertThat(Fixture.done(copy.get()).get("expiresAtMs")).isEqualTo(0L);
            assertThat(other.isLocked(fixture.key)).isFalse();
            assertThat(other.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        }
    }

    @Test
    @DisplayName("REL-1, EXT-1 a dead copy of a lock is nobody's, and is left alone")
    void deadCopy() {
        fixture.acquire();
        DocumentReference copy = copyOfLock("a-copy");
        Fixture.done(copy.update("expiresAtMs", 1L));
        try (LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options)) {
            assertThat(other.extend(fixture.id, Fixture.TTL)).isInstanceOf(Extended.class);
            assertThat(other.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

            assertThat(Fixture.done(copy.get()).get("expiresAtMs")).isEqualTo(1L);
            assertThat(other.isLocked(fixture.key)).isFalse();
        }
    }
}
