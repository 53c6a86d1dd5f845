package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The Firestore backend, opened from its URI, keeps the contract. */
@Execution(ExecutionMode.SAME_THREAD)
class FirestoreConformanceTest extends LockBackendConformance {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();

    @Override
    protected LockBackend createBackend() {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse(
                        "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection=locks-" + run),
                FirestoreEmulator.address());
    }

    @Override
    protected List<String> testedWith() {
        return List.of(
                "the Firestore emulator",
                "google-cloud-firestore " + Emulated.shared().getOptions().getLibraryVersion());
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        Emulated.setFence(Emulated.shared(), "locks-" + run, key, value);
    }
}
