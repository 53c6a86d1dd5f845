package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AsyncLockBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The one thread of a guard's heartbeats. Counts the threads of this JVM, so that no other guard may beat meanwhile. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
class HeartbeatThreadTest {
    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("HLD-1 without one a lock is not renewed, and nothing is scheduled")
    void notAskedFor() {
        Await.until("no timer of another guard is left", () -> Await.noThreadIsNamed("syncguard-timer"));
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults().withTtl(Duration.ofMillis(500)));
        assertThat(Await.noThreadIsNamed("syncguard-timer")).isTrue();

        Await.until("the ttl is over", () -> !lock.isHeld());

        assertThat(backend.count("extend")).isZero();
        assertThat(Await.noThreadIsNamed("syncguard-timer")).isTrue();
    }

    @Test
    @DisplayName("HLD-5 the beats of many locks are sent together, a hundred at the most")
    void together() {
        // Longer than to acquire them all takes.
        LockOptions options =
                LockOptions.defaults().withTtl(Duration.ofSeconds(9)).withHeartbeat();
        List<LockHandle> locks = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            locks.add(way.acquire(guard, "key-" + i, options));
        }

        Await.until("each has been renewed", () -> backend.count("extend") >= locks.size());

        assertThat(backend.async().together)
                .allMatch(count -> count <= AsyncLockBackend.MOST_EXTENSIONS)
                .hasSizeLessThan(300);
        assertThat(locks).allMatch(LockHandle::isHeld);
    }

    @Test
    @DisplayName("HLD-5 ten thousand held locks share one thread")
    void oneThread() {
        Await.until("no timer of another guard is left", () -> Await.noThreadIsNamed("syncguard-timer"));
        for (int i = 0; i < 10_000; i++) {
            LockHandle unused = way.acquire(
                    guard, "key-" + i, LockOptions.defaults().withHeartbeat().withTtl(Duration.ofSeconds(9)));
        }

        Await.until("a beat each", () -> backend.count("extend") >= 10_000);

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("syncguard-timer"))
                .hasSize(1);
    }
}
