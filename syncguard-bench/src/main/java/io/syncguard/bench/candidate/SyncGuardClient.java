package io.syncguard.bench.candidate;

import io.syncguard.AsyncHeldLock;
import io.syncguard.SyncGuard;
import java.util.Optional;

/** One guard. */
final class SyncGuardClient implements Client {
    private final SyncGuard guard;

    SyncGuardClient(SyncGuard guard) {
        this.guard = guard;
    }

    @Override
    public ContendedLock lock(String name) {
        return new SyncGuardLock(guard, name);
    }

    @Override
    public Optional<AsyncPair> asyncPair(String name) {
        return Optional.of(
                () -> guard.async().acquire(name, SyncGuardLock.OPTIONS).thenCompose(AsyncHeldLock::release));
    }

    @Override
    public Optional<HeldOperations> operations(String name) {
        return Optional.of(new SyncGuardOperations(guard, name));
    }

    @Override
    public void close() {
        guard.close();
    }
}
