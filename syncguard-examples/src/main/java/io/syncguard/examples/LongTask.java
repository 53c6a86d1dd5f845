package io.syncguard.examples;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Works for longer than any ttl. The heartbeat renews the lock. The ttl says how soon another process can take over from one that
 * died. The work stops when the lock is lost.
 */
final class LongTask {
    private final SyncGuard guard;
    private final LockOptions options;

    /** Work in small steps. */
    interface Steps {
        boolean hasNext();

        /** Does one step. The fence goes with everything that the step writes. */
        void next(FenceToken fence);

        /** Ends the step in progress, because the lock is lost. Called on another thread. */
        void stop();
    }

    LongTask(SyncGuard guard, Duration ttl) {
        this.guard = guard;
        this.options = LockOptions.defaults().withTtl(ttl).withHeartbeat();
    }

    /** Returns whether all steps were done under the lock. False means that the lock was lost on the way. */
    boolean run(String key, Steps steps) {
        try (HeldLock lock = guard.acquire(key, options)) {
            lock.onLost(steps::stop);
            while (lock.isHeld() && steps.hasNext()) {
                steps.next(lock.fence());
            }
            return lock.isHeld();
        }
    }
}
