package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void locksByUri() throws Exception {
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            Optional<HeldLock> lock = guard.tryAcquire("job");
            assertThat(lock).isPresent();
            assertThat(guard.tryAcquire("job")).isEmpty();
            lock.get().close();
            assertThat(guard.isLocked("job")).isFalse();
        }
    }

    @Test
    void theTestMovesTheClock() {
        TestLocks locks = TestLocks.create();
        try (SyncGuard guard = locks.guard()) {
            assertThat(guard.tryAcquire("job")).isPresent();
            locks.advance(Duration.ofMinutes(5));
            assertThat(guard.isLocked("job")).isFalse();
        }
    }
}
