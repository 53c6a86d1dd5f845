package io.syncguard.bench.candidate;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A lock of this library. Only the patience limits how often it is tried for, as with the peers. */
final class SyncGuardLock implements ContendedLock {
    static final LockOptions OPTIONS = LockOptions.defaults()
            .withTtl(Lease.TTL)
            .withTimeout(Lease.PATIENCE)
            .withMaxRetries(Integer.MAX_VALUE);

    private final SyncGuard guard;
    private final String name;
    private @Nullable HeldLock held;

    SyncGuardLock(SyncGuard guard, String name) {
        this.guard = guard;
        this.name = name;
    }

    @Override
    public boolean lock() {
        try {
            held = guard.acquire(name, OPTIONS);
            return true;
        } catch (LockException e) {
            if (e.code() == LockErrorCode.ACQUISITION_TIMEOUT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void unlock() {
        HeldLock released = Objects.requireNonNull(held, "not held");
        held = null;
        if (!released.release()) {
            throw new IllegalStateException("the lock had been lost");
        }
    }
}
