package io.syncguard.firestore;

import org.jspecify.annotations.Nullable;

/**
 * How an acquire stands to those that wait.
 *
 * @param lock what it waits for; null for who would not wait
 * @param holdsBack whether it leaves a lock alone that was given back to those that wait (WAI-3)
 */
record Standing(@Nullable WaitedLock lock, boolean holdsBack) {
    static final Standing OUT_OF_LINE = new Standing(null, false);

    /** Returns whether taking the lock takes its process off the queue. */
    boolean waits() {
        return lock != null;
    }

    /** Called when the lock is somebody else's. */
    void taken(Queue queue) {
        if (lock != null) {
            lock.taken(queue);
        }
    }

    /** Called when the lock is free and left to others. */
    void leftToOthers(Queue queue) {
        if (lock != null) {
            lock.leftToOthers(queue);
        }
    }
}
