package io.syncguard.examples;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Lets each user through once in a while: the lock is taken and left to expire.
 *
 * <p>Closing a guard gives back what it holds, which would let users through too early. The minimum hold keeps that from
 * happening. The fixed tolerance comes on top: a window lasts for its length and up to a second more.
 */
final class RateLimiting {
    private final SyncGuard guard;
    private final LockOptions oncePerWindow;

    RateLimiting(SyncGuard guard, Duration window) {
        this.guard = guard;
        this.oncePerWindow = LockOptions.defaults().withTtl(window).withMinHold(window);
    }

    /** Returns whether a user is let through, which begins a window for that user. */
    boolean admits(String user) {
        return guard.tryAcquire("rate:" + user, oncePerWindow).isPresent();
    }
}
