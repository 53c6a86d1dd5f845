package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.spring.integration.SyncGuardLockRegistry;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

class SpringIntegrationTest {
    @Test
    void locksByTheRegistry() {
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            Lock lock = new SyncGuardLockRegistry(guard, "orders").obtain("42");
            assertThat(lock.tryLock()).isTrue();
            lock.unlock();
        }
    }
}
