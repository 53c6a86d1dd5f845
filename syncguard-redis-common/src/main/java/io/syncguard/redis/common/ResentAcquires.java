package io.syncguard.redis.common;

import io.syncguard.LockId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids whose acquire was sent more than once and answered: an earlier copy may be held up on its way, and must not take the lock for
 * nobody once it was released (RDS-6). Remembers so many, the latest ones, for as long as a copy may arrive. Thread-safe.
 */
final class ResentAcquires {
    private static final int MOST = 10_000;

    private final long longestNanos;

    /** When each was answered, the oldest first. */
    private final Map<LockId, Long> answeredNanos = new LinkedHashMap<>();

    /** Read without the monitor, because there are none as a rule. */
    private volatile boolean any;

    /**
     * @param longest how long a copy may take to arrive
     */
    ResentAcquires(Duration longest) {
        this.longestNanos = longest.toNanos();
    }

    synchronized void add(LockId id) {
        long now = System.nanoTime();
        answeredNanos.put(id, now);
        any = true;
        Iterator<Long> oldest = answeredNanos.values().iterator();
        while (oldest.hasNext() && (answeredNanos.size() > MOST || now - oldest.next() > longestNanos)) {
            oldest.remove();
        }
    }

    /** Returns whether an earlier copy of the acquire of an id may still arrive. */
    boolean contains(LockId id) {
        return any && known(id);
    }

    private synchronized boolean known(LockId id) {
        return answeredNanos.containsKey(id);
    }
}
