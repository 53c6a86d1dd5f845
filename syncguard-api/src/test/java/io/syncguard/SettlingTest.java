package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens behind the caller's back when an outcome is unknown. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
class SettlingTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("ACQ-4 an acquire of unknown outcome fails at once and is abandoned in the background")
    void abandoned() {
        backend.acquires.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));

        LockException e = catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", TTL));

        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
        assertThat(backend.calls.get(1).id()).isEqualTo(backend.calls.get(0).id());
    }

    @Test
    @DisplayName("ACQ-4 abandoning is repeated until it succeeds, and then not again")
    void repeated() {
        backend.acquires.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        for (int i = 0; i < 3; i++) {
            backend.abandons.add(
                    () -> failing(LockErrorCode.SERVICE_UNAVAILABLE, true).get());
        }

        assertThat(catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", TTL)))
                .isNotNull();

        Await.until("it succeeds", () -> backend.count("abandon") == 4);
        guard.close();
        assertThat(backend.count("abandon")).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "ACQ-4 abandoning goes on when the lock would have ended by itself: a server that hung does late what it was sent")
    void goesOn() {
        backend.acquires.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        int failures = 6;
        for (int i = 0; i < failures; i++) {
            backend.abandons.add(
                    () -> failing(LockErrorCode.SERVICE_UNAVAILABLE, true).get());
        }
        long start = System.nanoTime();

        assertThat(catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", Duration.ofMillis(1))))
                .isNotNull();

        Await.until("it succeeds", () -> backend.count("abandon") == failures + 1);
        assertThat(backend.calls.get(backend.calls.size() - 1).nanos() - start)
                .as("the last attempt, after the ttl and the tolerance")
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1_500));
    }

    @Test
    @DisplayName("ACQ-4 an acquire that is known to have failed is not abandoned")
    void knownFailure() {
        backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        assertThat(catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", TTL)))
                .isNotNull();
        guard.close();

        assertThat(backend.count("abandon")).isZero();
    }

    @Test
    @DisplayName("OPT-3 close waits for what is being settled, closes the backend once, and leaves no thread")
    void closed() {
        backend.acquires.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        assertThat(catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", TTL)))
                .isNotNull();

        guard.close();
        guard.close();

        assertThat(backend.count("abandon")).isEqualTo(1);
        assertThat(backend.count("close")).isEqualTo(1);
        Await.untilNoThreadIsLeft();
    }
}
