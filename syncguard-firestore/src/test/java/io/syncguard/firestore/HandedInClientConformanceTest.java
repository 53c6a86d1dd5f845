package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;

/** The Firestore backend on a client that was handed in keeps the contract. */
class HandedInClientConformanceTest extends LockBackendConformance {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();
    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + run)
            .withOperationTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Emulated.PATIENT);

    @Override
    protected LockBackend createBackend() {
        return FirestoreLockBackend.create(Emulated.shared(), options);
    }

    /** By FST-9. */
    @Override
    protected boolean readsClockFirst() {
        return true;
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        Emulated.setFence(Emulated.shared(), options.collection(), key, value);
    }
}
