package io.syncguard.examples;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Works for longer than any ttl: the heartbeat keeps the lock, the ttl says how soon somebody else can take over from a
 * process that died, and the work ends when the lock is lost.
 */
final class LongTask {
    private final SyncGuard guard;
    private final LockOptions options;

    /** Work in small steps. */
    interface Steps {
        boolean hasNext();

        /** Does one step; the fence goes with what it writes. */
        void next(FenceToken fence);

        /** Is told, on another thread, that the lock is lost: a step under way had better end. */
        void stop();
    }

    LongTask(SyncGuard guard, Duration ttl) {
        this.guard = guard;
        this.options = LockOptions.defaults().withTtl(ttl).withHeartbeat();
    }

    /** Returns whether all was done under the lock; otherwise it was lost on the way. */
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
