package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
class HeldLockTest {
    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    private LockHandle held(Duration ttl) {
        return way.tryAcquire(guard, "secret-key", ttl).orElseThrow();
    }

    @Test
    @DisplayName("TIME-5 the time left counts from before the request was sent")
    void countsFromBefore() {
        backend.acquires.add(() -> {
            pause(100);
            return acquired(1);
        });

        LockHandle lock = held(Duration.ofSeconds(30));

        assertThat(lock.remaining()).isLessThanOrEqualTo(Duration.ofMillis(29_900));
        assertThat(lock.isHeld()).isTrue();
        LockHandle brief = held(Duration.ofMillis(100));
        Await.until("the ttl is over", () -> !brief.isHeld());
        assertThat(brief.remaining()).isZero();
    }

    private static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Pause.until(end);
    }

    @Test
    @DisplayName("REL-1, REL-2 the first release is true, the second false, and the server is asked once")
    void releasedOnce() {
        LockHandle lock = held(Duration.ofSeconds(30));

        assertThat(way.release(lock)).isTrue();
        assertThat(way.release(lock)).isFalse();
        way.close(lock);

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("REL-2 a release that failed without effect leaves the lock held and may be repeated")
    void releaseRepeated() {
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));
        LockHandle lock = held(Duration.ofSeconds(30));

        assertThatThrownBy(() -> way.release(lock)).isInstanceOf(LockException.class);
        assertThat(lock.isHeld()).isTrue();
        assertThat(way.release(lock)).isTrue();
    }

    @Test
    @DisplayName("REL-2, TIME-5 after a release of unknown outcome the lock is not certainly held, and stays so")
    void releaseUnknown() {
        backend.releases.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        LockHandle lock = held(Duration.ofSeconds(30));

        assertThatThrownBy(() -> way.release(lock)).isInstanceOf(LockException.class);

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();
        assertThat(way.extend(lock, Duration.ofSeconds(30))).isFalse();
        assertThat(backend.count("extend")).isZero();
        assertThat(way.release(lock)).as("it may be repeated").isTrue();
    }

    @Test
    @DisplayName("REL-2 a release of a lock that had expired is false")
    void releaseOfExpired() {
        backend.releases.add(() -> ReleaseResult.ABSENT);

        assertThat(way.release(held(Duration.ofSeconds(30)))).isFalse();
    }

    @Test
    @DisplayName("ACQ-4 close throws nothing and goes on giving the lock back in the background")
    void closeSettles() {
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        LockHandle lock = held(Duration.ofSeconds(30));

        way.close(lock);

        assertThat(lock.isHeld()).isFalse();
        Await.until("the lock is given back", () -> backend.count("abandon") == 1);
        assertThat(backend.calls.get(backend.calls.size() - 1).id()).isEqualTo(lock.id());
    }

    @Test
    @DisplayName("EXT-1 an extension replaces the time left, whether it grows or shrinks")
    void extended() {
        LockHandle lock = held(Duration.ofSeconds(30));
        backend.extensions.add(() -> new ExtendResult.Extended(Instant.ofEpochMilli(77)));

        assertThat(way.extend(lock, Duration.ofSeconds(60))).isTrue();
        assertThat(lock.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(lock.expiresAt()).as("EXT-2").isEqualTo(Instant.ofEpochMilli(77));
        assertThat(way.extend(lock, Duration.ofSeconds(10))).isTrue();
        assertThat(lock.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("EXT-1 a lock found to be over stays over")
    void overIsOver() {
        LockHandle lock = held(Duration.ofSeconds(30));
        backend.extensions.add(ExtendResult.Absent::new);

        assertThat(way.extend(lock, Duration.ofSeconds(60))).isFalse();
        assertThat(lock.isHeld()).isFalse();
        assertThat(way.extend(lock, Duration.ofSeconds(60))).isFalse();
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    @Test
    @DisplayName("TIME-5 an extension of unknown outcome can only bring the end nearer")
    void unknownExtension() {
        LockHandle lock = held(Duration.ofSeconds(30));
        backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));

        assertThatThrownBy(() -> way.extend(lock, Duration.ofSeconds(60))).isInstanceOf(LockException.class);
        assertThat(lock.remaining()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
        assertThatThrownBy(() -> way.extend(lock, Duration.ofSeconds(5))).isInstanceOf(LockException.class);
        assertThat(lock.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(way.extend(lock, Duration.ofSeconds(60)))
                .as("it may be repeated")
                .isTrue();
    }

    @Test
    @DisplayName("ERR-4 an extension by a ttl out of range is refused before the server is asked")
    void badTtl() {
        LockHandle lock = held(Duration.ofSeconds(30));

        assertThatThrownBy(() -> way.extend(lock, Duration.ZERO)).isInstanceOf(LockException.class);
        assertThat(backend.count("extend")).isZero();
        assertThat(lock.isHeld()).isTrue();
    }

    @Test
    @DisplayName("OPT-1 a pending interrupt does not keep a lock from being given back, and stays pending")
    void pendingInterrupt() {
        AtomicBoolean seen = new AtomicBoolean();
        backend.releases.add(() -> {
            seen.set(Thread.currentThread().isInterrupted());
            return ReleaseResult.RELEASED;
        });
        LockHandle lock = held(Duration.ofSeconds(30));
        boolean pending;

        Thread.currentThread().interrupt();
        try {
            way.close(lock);
        } finally {
            pending = Thread.interrupted();
        }

        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(seen).as("interrupt flag during the release").isFalse();
        assertThat(pending).isTrue();
    }

    @Test
    @DisplayName("KEY-8 its text shows neither key nor id")
    void text() {
        LockHandle lock = held(Duration.ofSeconds(30));

        assertThat(lock.toString())
                .contains(lock.keyFingerprint(), lock.id().fingerprint(), "000000000000001")
                .doesNotContain("secret-key", lock.id().value());
    }
}
