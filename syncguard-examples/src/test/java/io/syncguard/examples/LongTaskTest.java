package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.examples.LongTask.Steps;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LongTaskTest {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final String KEY = "batch:report";

    private final RedisTestServer server = RedisTestServer.start();
    private final SyncGuard guard = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
    private final SyncGuard other = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
    private final LongTask task = new LongTask(guard, TTL);

    @AfterEach
    void close() {
        other.close();
        guard.close();
        server.close();
    }

    /** Steps of 50 ms each, at the given one of which something happens. */
    private static final class Walk implements Steps {
        private final int length;
        private final int incidentAt;
        private final Runnable incident;
        private final AtomicInteger stops = new AtomicInteger();
        private int steps;

        Walk(int length, int incidentAt, Runnable incident) {
            this.length = length;
            this.incidentAt = incidentAt;
            this.incident = incident;
        }

        @Override
        public boolean hasNext() {
            return steps < length;
        }

        @Override
        public void next(FenceToken fence) {
            Pause.millis(50);
            steps++;
            if (steps == incidentAt) {
                incident.run();
            }
        }

        @Override
        public void stop() {
            stops.incrementAndGet();
        }
    }

    @Test
    @DisplayName(
            "a task that takes more than twice the ttl and the tolerance keeps its lock, and gives it back at its end")
    void keepsLock() {
        AtomicInteger refused = new AtomicInteger();
        Walk walk = new Walk(130, 120, () -> {
            if (other.tryAcquire(KEY, LockOptions.defaults().withTtl(TTL)).isEmpty()) {
                refused.incrementAndGet();
            }
        });

        assertThat(task.run(KEY, walk)).isTrue();

        assertThat(walk.steps).isEqualTo(130);
        assertThat(refused).hasValue(1);
        assertThat(walk.stops).hasValue(0);
        assertThat(other.isLocked(KEY)).isFalse();
    }

    @Test
    @DisplayName("a task whose server is gone ends with its lock, and is told once")
    void endsWithLock() {
        Walk walk = new Walk(1_000, 5, server::kill);

        assertThat(task.run(KEY, walk)).isFalse();

        assertThat(walk.steps).isLessThan(100);
        Await.until("it is told", () -> walk.stops.get() == 1);
        assertThat(walk.stops).hasValue(1);
    }
}
