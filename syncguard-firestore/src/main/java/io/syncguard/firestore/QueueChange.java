package io.syncguard.firestore;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change to the queue of a lock. Of the locks it tells only by their tokens, which rise. So a change that lands late makes nothing
 * newer untrue (WAI-5). Immutable and thread-safe.
 *
 * @param key the stored key, in a change that adds a name
 * @param added the name that is put at the end, or renewed where it stands; null for none
 * @param removed the names that are removed, before one is added
 * @param acquired the token of the last lock that was acquired; 0 if this change does not tell of one
 * @param awaited the token of the last lock whose document says that processes wait; 0 likewise
 * @param released the token of the last lock that was released; 0 likewise
 * @param releasedAtMillis when that was
 * @param usedUntilMillis a time of Firestore's until which the queue is in use
 */
record QueueChange(
        @Nullable String key,
        @Nullable String added,
        Set<String> removed,
        long acquired,
        long awaited,
        long released,
        long releasedAtMillis,
        long usedUntilMillis) {

    QueueChange {
        removed = Set.copyOf(removed);
    }

    private static QueueChange of(@Nullable String key, @Nullable String added, Set<String> removed, long usedUntil) {
        return new QueueChange(key, added, removed, 0, 0, 0, 0, usedUntil);
    }

    /** Returns the change that puts a process in a queue, or renews its name there, and removes names that count no more. */
    static QueueChange joining(String key, String process, Set<String> stale, ServerTime time) {
        return of(key, process, stale, time.latestMillis());
    }

    /**
     * Returns the change that removes a process.
     *
     * @param time a time of Firestore's; null if the queue is known to be there
     */
    static QueueChange leaving(String process, @Nullable ServerTime time) {
        return of(null, null, Set.of(process), time == null ? 0 : time.latestMillis());
    }

    /** Returns the change that tells that processes wait, as the document of this lock says. */
    static QueueChange awaited(LockDocument lock) {
        return new QueueChange(null, null, Set.of(), 0, lock.lastFence(), 0, 0, lock.expiresAtMillis());
    }

    /** Returns the change that tells that this lock was acquired, and removes the processes that it serves. */
    static QueueChange acquired(LockDocument lock, Set<String> served) {
        long fence = lock.lastFence();
        return new QueueChange(null, null, served, fence, lock.awaited() ? fence : 0, 0, 0, lock.expiresAtMillis());
    }

    /** Returns the change that tells that this lock was released. */
    static QueueChange released(LockDocument lock) {
        long at = lock.releasedAtMillis();
        return new QueueChange(null, null, Set.of(), 0, 0, lock.lastFence(), at, at);
    }

    /** Returns what this change and a later one do together. */
    QueueChange then(QueueChange later) {
        Set<String> allRemoved = new HashSet<>(removed);
        allRemoved.addAll(later.removed);
        boolean staysAdded = later.added == null && added != null && !later.removed.contains(added);
        boolean releasedLater = later.released > released;
        return new QueueChange(
                later.key == null ? key : later.key,
                staysAdded ? added : later.added,
                allRemoved,
                Math.max(acquired, later.acquired),
                Math.max(awaited, later.awaited),
                releasedLater ? later.released : released,
                releasedLater ? later.releasedAtMillis : releasedAtMillis,
                Math.max(usedUntilMillis, later.usedUntilMillis));
    }
}
