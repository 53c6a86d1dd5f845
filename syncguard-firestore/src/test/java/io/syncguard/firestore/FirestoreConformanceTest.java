package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testservers.FirestoreTestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The Firestore backend, opened from its URI, keeps the contract. Tests that kill their emulator wait until it is back, which takes long
 * on a busy machine.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class FirestoreConformanceTest extends LockBackendConformance {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();
    private boolean waitsAcrossOutage;

    @Override
    protected LockBackend createBackend() {
        return open(FirestoreEmulator.address(), Duration.ofSeconds(20));
    }

    private LockBackend open(String address, Duration operationTimeout) {
        return FirestoreLockBackendProvider.open(BackendUri.parse(uri(operationTimeout)), address);
    }

    private String uri(Duration operationTimeout) {
        return "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=" + operationTimeout.toMillis()
                + "&connectTimeoutMillis=" + Emulated.PATIENT.toMillis() + "&collection=locks-" + run;
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return FaultyNetwork.to(
                Emulated.address(), (relay, timeout) -> open(relay.getHostString() + ":" + relay.getPort(), timeout));
    }

    @BeforeEach
    void remember(TestInfo test) {
        waitsAcrossOutage = test.getTestMethod().orElseThrow().getName().equals("waiterAcrossAnOutage");
    }

    @Override
    protected RestartableServer startServer() {
        Assumptions.assumeFalse(
                waitsAcrossOutage,
                "waiters poll after an emulator has lost its queues, and are not called; Firestore itself loses none");
        return FirestoreTestServer.start()
                .map(emulator -> new RestartableEmulator(emulator, this::open))
                .orElseGet(() -> Assumptions.abort("the test needs the program of an emulator, which it can kill"));
    }

    @Override
    protected String addressForProcesses() {
        return uri(Duration.ofSeconds(20));
    }

    @Override
    protected Map<String, String> environmentForProcesses() {
        return Map.of("FIRESTORE_EMULATOR_HOST", FirestoreEmulator.address());
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

    /** By FST-8. */
    @Override
    protected boolean triesAgainWhenRefused() {
        return true;
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        Emulated.setFence(Emulated.shared(), "locks-" + run, key, value);
    }
}
