package io.syncguard.bench.candidate;

import io.syncguard.SyncGuard;

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
    public void close() {
        guard.close();
    }
}
