package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockInfo;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guide says about the end of guards and processes. */
@Timeout(180)
class EndingTest {
    @Test
    @DisplayName("a process that ends without closing its guard ends all the same, and its locks live for their ttl")
    void exitWithoutClose() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
                WorkerProcess leaving = WorkerProcess.start("leaving", LeavingHolder.class, server.uri())) {
            long fence = Long.parseLong(leaving.await("acquired"));
            assertThat(leaving.next()).as("the process ends by itself").isNull();
            Await.until("the process has ended", () -> !leaving.isAlive());

            LockInfo left = guard.lookup(LeavingHolder.KEY).orElseThrow();
            assertThat(left.fence().value()).isEqualTo(fence);
            assertThat(left.remaining()).isPositive();
        }
    }

    @Test
    @DisplayName("closing a guard whose server hangs takes ten seconds more than the close timeout at most")
    void closeOnSilentServer() {
        Duration closeTimeout = Duration.ofSeconds(1);
        try (RedisTestServer server = RedisTestServer.start()) {
            SyncGuard guard = SyncGuard.connect(
                    server.uri() + "?operationTimeoutMillis=20000",
                    GuardOptions.defaults().withCloseTimeout(closeTimeout));
            HeldLock lock = guard.acquire("held");
            server.suspend();
            try {
                long start = System.nanoTime();
                guard.close();

                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(closeTimeout.plusSeconds(10));
                assertThat(lock.isHeld()).isFalse();
            } finally {
                server.resume();
            }
        }
    }
}
