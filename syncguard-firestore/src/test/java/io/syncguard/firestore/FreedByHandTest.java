package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator frees a lock by hand, as the guide for operators says. */
@Timeout(180)
class FreedByHandTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options);

    @AfterEach
    void close() {
        other.close();
        fixture.close();
    }

    private FenceToken acquireElsewhere() {
        return ((Acquired) other.acquire(fixture.key, LockId.random(), Fixture.TTL)).fence();
    }

    @Test
    @DisplayName(
            "FST-2, EXT-1 a lock whose end is set to 0 by hand is free, and its holder's extension and release are absent")
    void endSetToZero() {
        FenceToken fence = fixture.acquire().fence();

        Fixture.done(fixture.lockDocument().update("expiresAtMs", 0L));

        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(acquireElsewhere()).isGreaterThan(fence);
        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(ExtendResult.Absent.class);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(other.isLocked(fixture.key)).as("the new holder's lock").isTrue();
    }

    @Test
    @DisplayName(
            "EXT-1, REL-1 the holder of a lock that was freed by hand, and that nobody else wants, does not get it back")
    void freedForNobody() {
        assertThat(fixture.acquire().fence()).isNotNull();

        Fixture.done(fixture.lockDocument().update("expiresAtMs", 0L));

        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(ExtendResult.Absent.class);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(other.isLocked(fixture.key)).isFalse();
    }

    @Test
    @DisplayName("FEN-1, EXT-1 a document that is deleted frees its lock, and the next token comes from the clock")
    void documentDeleted() {
        FenceToken fence = fixture.acquire().fence();

        Fixture.done(fixture.lockDocument().delete());

        assertThat(acquireElsewhere()).isGreaterThan(fence);
        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(ExtendResult.Absent.class);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(other.isLocked(fixture.key)).as("the new holder's lock").isTrue();
    }
}
