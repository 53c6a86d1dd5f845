package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.shedlock.SyncGuardLockProvider;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.junit.jupiter.api.Test;

class ShedLockTest {
    @Test
    void locksATask() {
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            LockProvider provider = new SyncGuardLockProvider(guard);
            LockConfiguration task = new LockConfiguration(Instant.now(), "task", Duration.ofMinutes(1), Duration.ZERO);
            SimpleLock lock = provider.lock(task).orElseThrow();
            assertThat(provider.lock(task)).isEmpty();
            lock.unlock();
            assertThat(provider.lock(task)).isPresent();
        }
    }
}
