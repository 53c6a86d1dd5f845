package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A turn at a key whose text is fixed. Every run of the suite on the same server uses that key, and so do the tests of a run that are side
 * by side; a lock of the server's keeps them apart.
 */
final class Turn implements AutoCloseable {
    /** For locks on such a key: long enough for a test, and over before the next run that finds one left has waited in vain. */
    static final Ttl TTL = new Ttl(15_000);

    private final LockBackend backend;
    private final LockKey key;
    private final LockId id;

    private Turn(LockBackend backend, LockKey key, LockId id) {
        this.backend = backend;
        this.key = key;
        this.id = id;
    }

    /** Waits until nobody else uses a key, and until the key is free of what a run that was killed has left. */
    static Turn at(LockBackend backend, LockKey key) {
        LockKey turn = LockKey.of("conformance-turn-" + key.fingerprint());
        AtomicReference<@Nullable LockId> taken = new AtomicReference<>();
        Await.until("ACQ-1 no other run of the suite uses the key " + key.fingerprint(), () -> {
            LockId id = backend.newLockId(turn);
            boolean free = backend.acquire(turn, id, TTL) instanceof Acquired;
            if (free) {
                taken.set(id);
            }
            return free;
        });
        Await.until("TIME-3 a lock that another run of the suite has left has ended", () -> !backend.isLocked(key));
        return new Turn(backend, key, Objects.requireNonNull(taken.get()));
    }

    /** Returns the key that this turn is for. */
    LockKey key() {
        return key;
    }

    @Override
    public void close() {
        var unused = backend.release(id);
    }
}
