package io.syncguard.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A process among others: a guard and a backend on a client of its own, of which a test counts the requests. */
final class Contender implements AutoCloseable {
    final Wire wire = new Wire();
    final LockBackend backend;
    final SyncGuard guard;

    private final Firestore client;

    Contender(FirestoreLockOptions options) {
        this(options, FirestoreEmulator.address(), OwnClient.once(Duration.ofSeconds(20)));
    }

    /** One whose client has other retry settings, Google's defaults if they are null, and may reach Firestore another way. */
    Contender(FirestoreLockOptions options, String address, @Nullable RetrySettings retries) {
        client = Emulated.through(wire, address, retries);
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
