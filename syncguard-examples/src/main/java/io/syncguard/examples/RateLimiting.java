package io.syncguard.examples;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Admits an action once per window, across all processes. The lock is released immediately, and its minimum hold keeps the key
 * locked until the window ends (HLD-8). The window also survives the process that opened it.
 *
 * <p>A process that dies between the two requests leaves the lock to its ttl, which ends up to the tolerance of one second later.
 *
 * <p>Limit a small, known set of actions, such as calls to a partner. Do not limit by user or address: every key that was ever
 * locked keeps its fence counter, unless the option {@code fenceRetention} lets unused ones expire (FEN-4).
 */
final class RateLimiting {
    private final SyncGuard guard;
    private final LockOptions oncePerWindow;

    /** @param window at least a second, because the tolerance cannot be shortened */
    RateLimiting(SyncGuard guard, Duration window) {
        this.guard = guard;
        this.oncePerWindow =
                LockOptions.defaults().withTtl(window).withMinHold(window).withName("rate");
    }

    /** Returns whether the action may happen now. True opens a window in which every other call returns false. */
    boolean admits(String action) {
        return guard.tryRun("rate:" + action, oncePerWindow, () -> {});
    }
}
