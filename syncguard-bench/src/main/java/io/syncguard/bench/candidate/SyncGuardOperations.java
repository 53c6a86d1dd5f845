package io.syncguard.bench.candidate;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A lock of this library that is held for a while. */
final class SyncGuardOperations implements HeldOperations {
    private final SyncGuard guard;
    private final String name;
    private @Nullable HeldLock held;

    SyncGuardOperations(SyncGuard guard, String name) {
        this.guard = guard;
        this.name = name;
    }

    @Override
    public void hold() {
        held = guard.acquire(name, SyncGuardLock.OPTIONS);
    }

    @Override
    public void extend() {
        if (!held().extend(Lease.TTL)) {
            throw new IllegalStateException("the lock had been lost");
        }
    }

    @Override
    public boolean isLocked() {
        return guard.isLocked(name);
    }

    @Override
    public boolean lookup() {
        return guard.lookup(name).isPresent();
    }

    @Override
    public void release() {
        held().release();
    }

    private HeldLock held() {
        return Objects.requireNonNull(held, "not held");
    }
}
