package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;

/** A process among others: a guard and a backend on a client of its own, of which a test counts the requests. */
final class Contender implements AutoCloseable {
    final Wire wire = new Wire();
    final LockBackend backend;
    final SyncGuard guard;

    private final Firestore client = Emulated.through(wire);

    Contender(FirestoreLockOptions options) {
        // The first request of a JVM loads classes for longer than a client waits.
        Emulated.shared();
        backend = FirestoreLockBackend.create(client, options);
        guard = SyncGuard.using(backend);
        // The first request of a client connects it.
        guard.isLocked("warm-up");
    }

    @Override
    public void close() {
        guard.close();
        Emulated.close(client);
    }
}
