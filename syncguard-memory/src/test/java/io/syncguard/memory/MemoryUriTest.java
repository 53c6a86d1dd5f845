package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory backends by their URIs, through the public API. */
class MemoryUriTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Test
    @DisplayName("memory: is a store of its own, memory:name is one for all who say so")
    void stores() {
        try (SyncGuard one = SyncGuard.connect("memory:");
                SyncGuard other = SyncGuard.connect("memory:");
                SyncGuard shared = SyncGuard.connect("memory:uri-test");
                SyncGuard sharedToo = SyncGuard.connect("memory:uri-test")) {
            assertThat(one.tryAcquire("k", LockOptions.defaults().withTtl(TTL))).isPresent();
            assertThat(other.tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();
            try (HeldLock lock =
                    shared.tryAcquire("k", LockOptions.defaults().withTtl(TTL)).orElseThrow()) {
                assertThat(sharedToo.tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                        .isEmpty();
                assertThat(sharedToo.lookup(lock.id())).isPresent();
            }
            assertThat(sharedToo.isLocked("k")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:?x=y", "memory:name?keyPrefix=a", "mem:", "redis://localhost"})
    @DisplayName("ERR-4 parameters and schemes that nobody knows are refused")
    void refused(String uri) {
        assertThatThrownBy(() -> SyncGuard.connect(uri))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("dead locks are swept, so that a store does not grow with the keys it has seen")
    void sweeps() {
        MemoryStore store = new MemoryStore();
        try (SyncGuard guard = SyncGuard.using(MemoryLockBackend.on(store))) {
            for (int i = 0; i < 1_023; i++) {
                assertThat(guard.tryAcquire("short-" + i, LockOptions.defaults().withTtl(Duration.ofMillis(1))))
                        .isPresent();
            }
            assertThat(store.size()).isEqualTo(1_023);
            Await.until("they are dead", () -> !guard.isLocked("short-1022"));

            assertThat(guard.tryAcquire("last", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();

            assertThat(store.size()).isEqualTo(1);
            assertThat(guard.isLocked("last")).isTrue();
        }
    }
}
