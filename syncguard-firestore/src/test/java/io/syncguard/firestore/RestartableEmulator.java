package io.syncguard.firestore;

import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreTestServer;
import java.time.Duration;
import java.util.function.BiFunction;

/** A Firestore emulator that a test of the conformance suite kills. It comes back without anything. */
record RestartableEmulator(FirestoreTestServer emulator, BiFunction<String, Duration, LockBackend> open)
        implements RestartableServer {
    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return open.apply(emulator.address(), operationTimeout);
    }

    @Override
    public void kill() {
        emulator.kill();
    }

    @Override
    public void start() {
        emulator.restart();
    }

    @Override
    public void close() {
        emulator.close();
    }
}
