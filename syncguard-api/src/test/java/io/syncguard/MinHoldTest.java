package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
class MinHoldTest {
    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    private LockHandle heldAtLeast(Duration time) {
        return way.acquire(
                guard,
                "key",
                LockOptions.defaults().withTtl(Duration.ofHours(1)).withMinHold(time));
    }

    @Test
    @DisplayName("HLD-8 a release before the minimum hold leaves the lock to expire, once")
    void leaves() {
        LockHandle lock = heldAtLeast(Duration.ofMinutes(30));

        assertThat(way.release(lock)).isTrue();
        assertThat(way.release(lock)).isFalse();

        assertThat(lock.isHeld()).isFalse();
        assertThat(backend.count("release")).isZero();
        assertThat(backend.count("extend")).isEqualTo(1);
        assertThat(backend.lastTtl.millis()).as("less the tolerance").isBetween(1_740_000L, 1_799_001L);
    }

    @Test
    @DisplayName("HLD-8 a release after it frees the key")
    void frees() {
        LockHandle lock = heldAtLeast(Duration.ofNanos(1));

        assertThat(way.release(lock)).isTrue();

        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(backend.count("extend")).isZero();
    }

    @Test
    @DisplayName("HLD-8 closing the handle, or the guard, leaves it as well")
    void closing() {
        way.close(heldAtLeast(Duration.ofMinutes(30)));
        assertThat(backend.count("extend")).isEqualTo(1);

        LockHandle unused = heldAtLeast(Duration.ofMinutes(30));
        guard.close();

        assertThat(backend.count("extend")).isEqualTo(2);
        assertThat(backend.count("release")).isZero();
    }

    @Test
    @DisplayName("HLD-8, ERR-4 a minimum hold above the ttl is refused before any I/O, whichever was set first")
    void aboveTtl() {
        LockOptions options = LockOptions.defaults().withMinHold(Duration.ofMinutes(2));

        assertThatThrownBy(() -> way.acquire(guard, "key", options))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("Raise the ttl");

        assertThat(backend.calls).isEmpty();
        way.release(way.acquire(guard, "key", options.withTtl(Duration.ofMinutes(3))));
    }

    @Test
    @DisplayName(
            "HLD-8 a holder may set the minimum hold anew, counted from then, up to the ttl that it asked for last")
    void setAnew() {
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults().withTtl(Duration.ofMinutes(1)));
        assertThatThrownBy(() -> lock.holdAtLeast(Duration.ofMinutes(30)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("Extend the lock first");
        assertThatThrownBy(() -> lock.holdAtLeast(Duration.ofNanos(-1))).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> lock.holdAtLeast(null)).isInstanceOf(InvalidArgumentException.class);
        assertThat(way.extend(lock, Duration.ofHours(1))).isTrue();

        lock.holdAtLeast(Duration.ofMinutes(30));
        way.release(lock);

        assertThat(backend.count("release")).isZero();
        assertThat(backend.lastTtl.millis()).as("less the tolerance").isBetween(1_740_000L, 1_799_001L);
    }

    @Test
    @DisplayName("HLD-8 a holder may do away with the minimum hold")
    void doneAwayWith() {
        LockHandle lock = heldAtLeast(Duration.ofMinutes(30));

        lock.holdAtLeast(Duration.ZERO);
        way.release(lock);

        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(backend.count("extend")).isZero();
    }
}
