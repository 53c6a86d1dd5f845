package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers of a backend that has sent a request more than once, so that a copy may arrive after them. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(60)
class CopiesThatMayLandTest {
    private static final Contended WITH_COPY = Contended.unknown().withCopyThatMayLand();

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("ACQ-4 the id of an attempt in vain of which a copy may arrive is abandoned")
    void inVain() {
        backend.acquires.add(() -> WITH_COPY);

        assertThat(way.tryAcquire(guard, "k", LockOptions.defaults())).isEmpty();

        Await.until("the id is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName(
            "ACQ-4 the id of an acquisition that gives up is abandoned if a copy of any of its attempts may arrive")
    void givenUp() {
        backend.acquires.add(() -> WITH_COPY);
        backend.otherwise = Contended::unknown;

        assertThatThrownBy(() -> way.acquire(guard, "k", LockOptions.defaults().withTimeout(Duration.ofMillis(300))))
                .isInstanceOf(AcquisitionTimeoutException.class);

        assertThat(backend.count("acquire")).isGreaterThan(1);
        Await.until("the id is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("ACQ-4 an id that acquires the lock in the end is not abandoned, whatever copies may arrive")
    void acquiredInTheEnd() {
        backend.acquires.add(() -> WITH_COPY);
        backend.acquires.add(() -> acquired(7));

        assertThat(way.release(way.acquire(guard, "k", LockOptions.defaults()))).isTrue();

        guard.close();
        assertThat(backend.count("abandon")).isZero();
    }

    @Test
    @DisplayName(
            "EXT-3, HLD-10 while a copy of an extension may arrive, a later one promises no more than that would set")
    void extension() {
        Duration shorter = Duration.ofSeconds(20);
        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults().withTtl(Duration.ofMinutes(1)));
        backend.extensions.add(() -> new Extended(Instant.EPOCH).withCopyThatMayLand());

        assertThat(way.extend(lock, shorter)).isTrue();
        assertThat(way.extend(lock, Duration.ofHours(1))).isTrue();

        assertThat(lock.remaining()).isLessThanOrEqualTo(shorter);
        assertThat(way.release(lock)).isTrue();
    }
}
