package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RateLimitingTest {
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    @Test
    @DisplayName("each action is admitted once in a window, wherever it is asked for, and again after it")
    void oncePerWindow() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard here = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
                SyncGuard there = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            RateLimiting limit = new RateLimiting(here, WINDOW);
            RateLimiting sameLimit = new RateLimiting(there, WINDOW);
            long start = System.nanoTime();

            assertThat(limit.admits("digest")).isTrue();
            assertThat(limit.admits("digest")).isFalse();
            assertThat(sameLimit.admits("digest")).isFalse();
            assertThat(sameLimit.admits("export")).isTrue();

            Await.until("the window is over", () -> sameLimit.admits("digest"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(WINDOW);
        }
    }

    @Test
    @DisplayName("a window of a minute lasts for 60 s and not for 61, and closing the guard does not end it")
    void noLonger() {
        Duration minute = Duration.ofMinutes(1);
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard there = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            try (SyncGuard here = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
                here.ping();
                there.ping();
                assertThat(new RateLimiting(here, minute).admits("digest")).isTrue();

                // What is left of the ttl; the key is free one second later (TIME-3).
                assertThat(there.lookup("rate:digest").orElseThrow().remaining())
                        .isLessThanOrEqualTo(minute.minus(TOLERANCE));
            }

            assertThat(new RateLimiting(there, minute).admits("digest")).isFalse();
        }
    }
}
