package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.jedis.JedisLockBackend;
import io.syncguard.testcontainers.WithSyncGuard;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Fails without a Redis: the annotation would skip it. */
class JedisTest {
    @Test
    @WithSyncGuard
    void locksOnRedis(SyncGuard mine, SyncGuard ofAnotherProcess) {
        AtomicReference<String> seen = new AtomicReference<>();
        mine.run("job", lock -> {
            assertThat(ofAnotherProcess.tryAcquire("job")).isEmpty();
            seen.set(lock.fence().toString());
        });
        assertThat(seen.get()).isNotEmpty();
        assertThat(ofAnotherProcess.tryRun("job", () -> {})).isTrue();
    }

    @Test
    void theBackendIsNamedInCode() {
        assertThat(JedisLockBackend.class.getModule().isNamed()).isFalse();
        assertThat(RedisOptions.defaults().withKeyPrefix("mine").keyPrefix()).isEqualTo("mine");
    }
}
