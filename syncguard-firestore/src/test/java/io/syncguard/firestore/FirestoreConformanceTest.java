package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
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
        return open(FirestoreEmulator.address(), Duration.ofSeconds(20));
    }

    private LockBackend open(String address, Duration operationTimeout) {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?operationTimeoutMillis="
                        + operationTimeout.toMillis() + "&collection=locks-" + run),
                address);
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return FaultyNetwork.to(
                Emulated.address(), (relay, timeout) -> open(relay.getHostString() + ":" + relay.getPort(), timeout));
    }

    @Override
    protected List<String> testedWith() {
        return List.of(
                "the Firestore emulator",
                "google-cloud-firestore " + Emulated.shared().getOptions().getLibraryVersion());
    }

    /** By FST-9. */
    @Override
    protected boolean readsClockFirst() {
        return true;
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        Emulated.setFence(Emulated.shared(), "locks-" + run, key, value);
    }
}
