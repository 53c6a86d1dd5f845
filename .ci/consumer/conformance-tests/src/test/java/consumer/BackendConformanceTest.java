package consumer;

import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.memory.MemoryLockBackend;
import io.syncguard.memory.MemoryStore;
import io.syncguard.spi.LockBackend;

/** What an author of a backend writes. */
class BackendConformanceTest extends LockBackendConformance {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected LockBackend createBackend() {
        return MemoryLockBackend.on(store);
    }
}
