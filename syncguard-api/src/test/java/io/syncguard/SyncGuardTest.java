package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SilentLog.class)
class SyncGuardTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("run and call do the work once, under the lock, and give it back")
    void work() {
        List<String> seen = new ArrayList<>();

        guard.run("k", () -> seen.add("ran after " + backend.count("release") + " releases"));
        long fence = guard.call("k", lock -> lock.fence().value());

        assertThat(seen).containsExactly("ran after 0 releases");
        assertThat(fence).isEqualTo(1);
        assertThat(backend.count("release")).isEqualTo(2);
    }

    @Test
    @DisplayName("what the work throws comes through as it is, after the lock was given back")
    void workThrows() {
        IOException thrown = new IOException("disk full");

        assertThatThrownBy(() -> guard.run("k", () -> {
                    throw thrown;
                }))
                .isSameAs(thrown);

        assertThat(thrown.getSuppressed()).isEmpty();
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("a release that fails hides neither the result nor the exception of the work")
    void releaseFails() {
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        IllegalStateException thrown = new IllegalStateException("work");

        String result = guard.call("k", lock -> "result");

        assertThat(result).isEqualTo("result");
        assertThatThrownBy(() -> guard.run("k", () -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    @DisplayName("work is not begun when the lock could not be had")
    void noLockNoWork() {
        backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        assertThatThrownBy(() -> guard.run("k", () -> {
                    throw new AssertionError("the work began");
                }))
                .isInstanceOf(LockException.class);
        assertThat(backend.count("release")).isZero();
    }

    @Test
    @DisplayName("ERR-4 bad arguments are refused before the backend is asked for anything")
    void badArguments() {
        List<ThrowingCallable> calls = List.of(
                () -> guard.run("", () -> {}),
                () -> guard.call("\ud83d", lock -> 1),
                () -> guard.acquire(null),
                () -> guard.tryAcquire("k", null),
                () -> guard.tryAcquire("k", LockOptions.defaults().withTimeout(Duration.ofSeconds(1))),
                () -> guard.tryAcquire("k", LockOptions.defaults().withMaxRetries(1)),
                () -> guard.tryAcquire("k", LockOptions.defaults().withLossPolicy(LossPolicy.FAIL)),
                () -> guard.acquire("k", LockOptions.defaults().withLossPolicy(LossPolicy.FAIL)),
                () -> guard.acquire("k", LockOptions.defaults().withMinHold(Duration.ofMinutes(1))),
                () -> guard.call("k", null),
                () -> guard.run("k", (LockedRunnable<RuntimeException>) null),
                () -> guard.run("k", (LockedConsumer<RuntimeException>) null),
                () -> guard.run("k", null, () -> {}),
                () -> guard.tryRun("k", LockOptions.defaults().withTimeout(Duration.ofSeconds(1)), () -> {}),
                () -> guard.tryRun("k", (LockedRunnable<RuntimeException>) null),
                () -> guard.tryCall("k", null),
                () -> guard.asLock("k", LockOptions.defaults().withTimeout(Duration.ofSeconds(1))),
                () -> guard.asLock("k", LockOptions.defaults().withMaxRetries(1)),
                () -> guard.asLock("k", LockOptions.defaults().withLossPolicy(LossPolicy.FAIL)),
                () -> SyncGuard.using(null),
                () -> SyncGuard.using(backend, null),
                () -> SyncGuard.connect(null),
                () -> SyncGuard.connect("memory:", null),
                () -> guard.lookup((LockId) null),
                () -> guard.owns(null),
                () -> guard.tryAcquire("", LockOptions.defaults().withTtl(Duration.ofSeconds(1))),
                () -> guard.isLocked(""),
                () -> guard.lookup(""),
                () -> guard.lookupRaw("\udd12"));

        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                    .isEqualTo(LockErrorCode.INVALID_ARGUMENT));
        }
        assertThat(backend.calls).isEmpty();
    }

    @Test
    @DisplayName("FEN-3 a fence above 800000000000000 is warned of once per key, by its fingerprint")
    void fenceWarning() {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                warnings.add(MessageFormat.format(line.getMessage(), line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(io.syncguard.internal.observe.FenceExhaustionWarner.class.getName());
        logger.addHandler(handler);
        try {
            backend.otherwise = () -> acquired(FenceToken.WARN_VALUE);
            guard.run("worn", () -> {});
            assertThat(warnings).isEmpty();
            backend.otherwise = () -> acquired(FenceToken.WARN_VALUE + 1);
            guard.run("worn", () -> {});
            guard.run("worn", () -> {});
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .contains(LockKey.of("worn").fingerprint(), "800000000000001")
                .doesNotContain("worn");
    }
}
