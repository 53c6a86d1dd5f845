package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ReleaseResult;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work that is skipped if another holder has the lock, in both views. */
@Timeout(60)
@ExtendWith(SilentLog.class)
class SkipIfTakenTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("HLD-6 the work runs once under the lock, which is released")
    void runs() {
        assertThat(guard.tryRun("key", () -> ran.incrementAndGet())).isTrue();
        assertThat(guard.tryRun("key", lock -> {
                    assertThat(lock.isHeld()).isTrue();
                    ran.incrementAndGet();
                }))
                .isTrue();
        assertThat(guard.tryCall("key", lock -> ran.incrementAndGet())).contains(3);
        assertThat(guard.async()
                        .tryRun("key", () -> CompletableFuture.completedFuture(ran.incrementAndGet()))
                        .join())
                .isTrue();
        assertThat(guard.async()
                        .tryCall("key", lock -> CompletableFuture.completedFuture(ran.incrementAndGet()))
                        .join())
                .contains(5);

        assertThat(ran).hasValue(5);
        assertThat(backend.count("release")).isEqualTo(5);
    }

    @Test
    @DisplayName("ACQ-2 the work is skipped after one attempt if another holder has the lock")
    void skips() {
        backend.otherwise = Contended::unknown;

        assertThat(guard.tryRun("key", () -> ran.incrementAndGet())).isFalse();
        assertThat(guard.tryRun("key", lock -> ran.incrementAndGet())).isFalse();
        assertThat(guard.tryCall("key", lock -> ran.incrementAndGet())).isEmpty();
        assertThat(guard.async()
                        .tryRun("key", () -> CompletableFuture.completedFuture(ran.incrementAndGet()))
                        .join())
                .isFalse();
        assertThat(guard.async()
                        .tryCall("key", lock -> CompletableFuture.completedFuture(ran.incrementAndGet()))
                        .join())
                .isEmpty();

        assertThat(ran).hasValue(0);
        assertThat(backend.count("acquire")).isEqualTo(5);
    }

    @Test
    @DisplayName("HLD-6 what the work throws comes out, and a loss withholds the result")
    void failures() {
        assertThatThrownBy(() -> guard.tryRun("key", () -> {
                    throw new IOException("scripted");
                }))
                .isInstanceOf(IOException.class);
        assertThat(backend.count("release")).isEqualTo(1);

        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThatThrownBy(() -> guard.tryCall("key", lock -> "result")).isInstanceOf(LockLostException.class);
        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThatThrownBy(() -> guard.async()
                        .tryRun("key", () -> CompletableFuture.completedFuture(1))
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(LockLostException.class);
    }

    @Test
    @DisplayName(
            "HLD-6 work that throws after the lock was lost carries the loss along, unless its result is to be kept")
    void suppressedLoss() {
        IllegalStateException own = new IllegalStateException("scripted");
        CompletableFuture<String> failed = CompletableFuture.failedFuture(new IllegalStateException("scripted"));
        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThatThrownBy(() -> guard.run("key", () -> {
                    throw own;
                }))
                .isSameAs(own)
                .satisfies(e -> assertThat(e.getSuppressed()).hasExactlyElementsOfTypes(LockLostException.class));

        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThatThrownBy(() -> guard.async().call("key", lock -> failed).join())
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasExactlyElementsOfTypes(LockLostException.class));

        backend.releases.add(() -> ReleaseResult.ABSENT);
        LockOptions keeping = LockOptions.defaults().withLossPolicy(LossPolicy.KEEP_RESULT);
        assertThatThrownBy(() -> guard.run("key", keeping, () -> {
                    throw new IllegalStateException("scripted");
                }))
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        assertThatThrownBy(() -> guard.run("key", () -> {
                    throw new IllegalStateException("scripted");
                }))
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
    }
}
