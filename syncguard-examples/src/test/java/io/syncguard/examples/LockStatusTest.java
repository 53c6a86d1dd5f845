package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LockStatusTest {
    @Test
    @DisplayName("shows who holds what, and until when, from anywhere and without a raw key or id")
    void shows() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard worker = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
                SyncGuard monitor = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            LockStatus status = new LockStatus(monitor);
            assertThat(status.ofKey("resource:123")).isEqualTo("free");
            assertThat(status.isTaken("resource:123")).isFalse();

            HeldLock lock = worker.tryAcquire(
                            "resource:123", LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                    .orElseThrow();

            assertThat(status.ofKey("resource:123"))
                    .startsWith("held with fence " + lock.fence() + " until " + lock.expiresAt())
                    .containsPattern("for another [56]\\d s")
                    .doesNotContain("resource:123")
                    .doesNotContain(lock.id().value());
            assertThat(status.isTaken("resource:123")).isTrue();
            assertThat(status.isStillHeld(lock.id())).isTrue();

            assertThat(lock.release()).isTrue();
            assertThat(status.isStillHeld(lock.id())).isFalse();
            assertThat(status.ofKey("resource:123")).isEqualTo("free");
        }
    }
}
