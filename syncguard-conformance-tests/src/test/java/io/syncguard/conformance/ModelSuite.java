package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import org.jspecify.annotations.Nullable;

/** The suite on the model with whatever fault is planted; run by {@link PlantedFaultsTest}, not by the build. */
class ModelSuite extends LockBackendConformance {
    static volatile @Nullable Fault fault;

    final ModelServer server = new ModelServer();

    @Override
    protected LockBackend createBackend() {
        return new ModelBackend(server, fault);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        synchronized (server) {
            server.fences.put(StorageKeys.under("model").stored(key), value);
        }
    }
}
