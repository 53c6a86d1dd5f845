package io.syncguard.memory;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import org.junit.jupiter.api.Assumptions;

/** The memory backend keeps the contract. */
class MemoryConformanceTest extends LockBackendConformance {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected LockBackend createBackend() {
        return MemoryLockBackend.on(store);
    }

    @Override
    protected RestartableServer startServer() {
        return Assumptions.abort("memory: has no server that could be killed");
    }

    @Override
    protected String addressForProcesses() {
        return Assumptions.abort("memory: is for one process");
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        store.under(StorageKeys.DEFAULT_PREFIX)
                .setFence(StorageKeys.under(StorageKeys.DEFAULT_PREFIX).stored(key), value);
    }
}
