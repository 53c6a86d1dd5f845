package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that asks for a lock which it has itself. */
@Timeout(60)
class ReentryTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    private void refused(ThrowingCallable again) {
        long before = backend.count("acquire");
        InvalidArgumentException e = catchThrowableOfType(InvalidArgumentException.class, again);
        assertThat(e)
                .hasMessageContaining("not reentrant")
                .hasMessageContaining(LockKey.of("secret-key").fingerprint())
                .hasMessageNotContaining("secret-key");
        assertThat(backend.count("acquire")).as("before any I/O").isEqualTo(before);
    }

    @Test
    @DisplayName("HLD-11 a call that would wait for its own thread fails at once, by every way, and says so")
    void inWork() {
        for (ThrowingCallable outer : new ThrowingCallable[] {
            () -> guard.run("secret-key", this::everyWayRefused),
            () -> guard.run("secret-key", lock -> {
                everyWayRefused();
            }),
            () -> guard.call("secret-key", lock -> {
                everyWayRefused();
                return 1;
            }),
            () -> assertThat(guard.tryRun("secret-key", this::everyWayRefused)).isTrue(),
            () -> assertThat(guard.tryCall("secret-key", lock -> {
                        everyWayRefused();
                        return 1;
                    }))
                    .contains(1),
            () -> {
                guard.asLock("secret-key").lock();
                try {
                    everyWayRefused();
                } finally {
                    guard.asLock("secret-key").unlock();
                }
            }
        }) {
            org.assertj.core.api.Assertions.assertThatCode(outer).doesNotThrowAnyException();
        }
        assertThat(backend.count("release")).isEqualTo(6);
    }

    private void everyWayRefused() {
        refused(() -> guard.run("secret-key", () -> {}));
        refused(() -> guard.call("secret-key", lock -> 1));
        refused(() -> guard.acquire("secret-key").close());
        refused(() -> guard.asLock("secret-key").lock());
        refused(() -> guard.asLock("secret-key").tryLock());
    }

    @Test
    @DisplayName("HLD-11 one attempt says that the lock is taken, as it does to everybody")
    void attempts() {
        guard.run("key", () -> {
            backend.otherwise = Contended::unknown;
            assertThat(guard.tryAcquire("key")).isEmpty();
            assertThat(guard.tryRun("key", () -> {
                        throw new AssertionError("the work began");
                    }))
                    .isFalse();
            assertThat(guard.tryCall("key", lock -> 1)).isEmpty();
        });
    }

    @Test
    @DisplayName("HLD-11 other keys, other guards and other threads are not concerned, nor what comes after the work")
    void unconcerned() throws InterruptedException {
        guard.run("key", () -> guard.run("other", () -> {}));
        guard.run("key", () -> {});
        assertThatThrownBy(() -> guard.run("key", () -> {
                    throw new IllegalStateException("scripted");
                }))
                .isInstanceOf(IllegalStateException.class);
        guard.run("key", () -> {});

        try (SyncGuard second = SyncGuard.using(new ScriptedBackend())) {
            guard.run("key", () -> second.run("key", () -> {}));
        }
        guard.run("key", () -> {
            Thread thread = new Thread(() -> guard.run("key", () -> {}));
            thread.start();
            try {
                thread.join(30_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(thread.isAlive()).isFalse();
        });
        assertThat(backend.count("acquire")).isEqualTo(backend.count("release"));
    }
}
