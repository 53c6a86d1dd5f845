package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RateLimitingTest {
    private static final Duration WINDOW = Duration.ofSeconds(5);

    @Test
    @DisplayName("each user is let through once in a window, wherever they ask, and again after it")
    void oncePerWindow() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard here = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
                SyncGuard there = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            RateLimiting limit = new RateLimiting(here, WINDOW);
            RateLimiting sameLimit = new RateLimiting(there, WINDOW);
            long start = System.nanoTime();

            assertThat(limit.admits("ada")).isTrue();
            assertThat(limit.admits("ada")).isFalse();
            assertThat(sameLimit.admits("ada")).isFalse();
            assertThat(sameLimit.admits("bob")).isTrue();

            Await.until("the window is over", () -> sameLimit.admits("ada"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(WINDOW);
        }
    }

    @Test
    @DisplayName("a process that ends does not end the window")
    void windowOutlivesGuard() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard there = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            try (SyncGuard here = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
                assertThat(new RateLimiting(here, Duration.ofMinutes(1)).admits("ada"))
                        .isTrue();
            }

            assertThat(new RateLimiting(there, Duration.ofMinutes(1)).admits("ada"))
                    .isFalse();
        }
    }
}
