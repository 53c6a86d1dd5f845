package io.syncguard.firestore;

import io.syncguard.LockId;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The ids whose acquire met somebody else's lock, and will probably ask again: they look at the lock alone first, which is
 * one read in place of three. Bounded; an id that is forgotten pays the other two. Thread-safe.
 */
final class Waiters {
    private static final int MOST = 10_000;

    private final Set<LockId> ids = Collections.synchronizedSet(new HashSet<>());

    boolean isWaiting(LockId id) {
        return ids.contains(id);
    }

    void waits(LockId id) {
        if (ids.size() >= MOST) {
            // Many of them have long given up, and which ones is not known.
            ids.clear();
        }
        ids.add(id);
    }

    void waitsNoMore(LockId id) {
        ids.remove(id);
    }
}
