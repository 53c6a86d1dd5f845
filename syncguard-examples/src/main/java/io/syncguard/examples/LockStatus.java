package io.syncguard.examples;

import io.syncguard.LockId;
import io.syncguard.SyncGuard;

/**
 * Looks at locks from outside. Every answer may be out of date when it is read: nothing is protected by it. Raw keys and
 * ids do not come up, so what is printed here may go to a log.
 */
final class LockStatus {
    private final SyncGuard guard;

    LockStatus(SyncGuard guard) {
        this.guard = guard;
    }

    /** Returns what is to be said about the lock on a key. */
    String ofKey(String key) {
        return guard.lookup(key)
                .map(lock -> "held with fence " + lock.fence() + " until " + lock.expiresAt() + ", for another "
                        + lock.remaining().toSeconds() + " s unless it is renewed")
                .orElse("free");
    }

    /** Returns whether the lock with an id is still its holder's, by the server's word. */
    boolean isStillHeld(LockId id) {
        return guard.owns(id);
    }

    /** Returns whether somebody holds a lock on a key, which is all that a backend needs to look for. */
    boolean isTaken(String key) {
        return guard.isLocked(key);
    }
}
