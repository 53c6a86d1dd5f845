package io.syncguard.firestore;

import io.syncguard.LockKey;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The name of this process in the queue of one lock (WAI-5): joins, is renewed, leaves. Thread-safe. Does not block. */
final class QueuedName {
    /** A process that leaves a free lock to others joins so much later, not to be in the way of their commits. */
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long STAY_AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RENEW_NANOS = WaitQueue.LIFETIME.toNanos() / 2;

    private final String process;
    private final FirestoreStore store;
    private final LockKey key;
    private final String document;
    private final QueueWriter writer;
    private final FirestoreThreads threads;
    private final Listening listening;

    /** Whether a process would hear of the queue if its name were there. Thread-safe; does not block. */
    interface Listening {
        /** Begins to listen, unless it does. Returns false if it cannot, or has failed just now. */
        boolean begin();

        /** Returns whether each change is heard. A name that came before would be heard of late, or by some servers not at all. */
        boolean isCurrent();
    }

    /** Whether the listener has said that the name is in the queue. */
    private boolean listed;

    /** Whether the name is in the queue, or will be, for all that this process has written. */
    private boolean joined;

    private boolean renewing;
    private boolean planned;
    private boolean over;

    /** Whether so many wait that this process had better poll. */
    private boolean crowded;

    private final long begunNanos = System.nanoTime();
    private long joinedNanos;
    private long joinsFromNanos = System.nanoTime();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** The time of the last look at the lock. */
    private @Nullable ServerTime time;

    /** What goes with the next join. */
    private @Nullable QueueChange toTell;

    /** The names that count no more. */
    private Set<String> stale = Set.of();

    /** Those of them whose removal is on its way. */
    private final Set<String> removed = new HashSet<>();

    QueuedName(
            FirestoreStore store,
            LocalWaiters local,
            FirestoreThreads threads,
            LockKey key,
            String document,
            Listening listening) {
        this.process = local.process();
        this.store = store;
        this.key = key;
        this.document = document;
        this.writer = local.queues();
        this.threads = threads;
        this.listening = listening;
    }

    /**
     * Takes note of a look at the lock.
     *
     * @param waiting how many wait, as the lock's document says
     */
    synchronized void looked(int waiting, ServerTime now) {
        boolean isNew = System.nanoTime() - begunNanos < NEW_NANOS;
        crowded = waiting >= (isNew ? WaitQueue.MOST_FOR_NEW : WaitQueue.MOST);
        time = now;
    }

    /** Returns whether this process hears of the queue. */
    synchronized boolean isListed() {
        return listed;
    }

    synchronized boolean isJoined() {
        return joined;
    }

    /** Returns whether this process listens, or does so in a moment. */
    boolean beginsToListen() {
        return listening.begin();
    }

    private boolean isMissing() {
        synchronized (this) {
            if (over || listed || crowded || time == null || System.nanoTime() - joinsFromNanos < 0) {
                return false;
            }
        }
        return !writer.isAdding(document) && listening.begin() && listening.isCurrent();
    }

    /** Joins, unless the name is in the queue, or nothing would be heard of it yet. */
    void joinIfMissing() {
        if (isMissing()) {
            join();
        }
    }

    /** Writes something to the queue: with the name, if that is missing. */
    void joinWith(QueueChange besides) {
        boolean missing;
        synchronized (this) {
            missing = !joined && !over;
            if (missing) {
                toTell = besides;
            }
        }
        if (missing) {
            joinIfMissing();
        } else {
            writer.change(document, besides);
        }
    }

    /** Joins, if the name is missing, after a pause that doubles. */
    void joinLater() {
        long nanos;
        synchronized (this) {
            if (planned || over || listed) {
                return;
            }
            planned = true;
            nanos = pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
        threads.after(nanos, () -> {
            synchronized (this) {
                planned = false;
            }
            joinIfMissing();
        });
    }

    /** Joins, or renews the name, and removes those that count no more. */
    private void join() {
        QueueChange joining;
        synchronized (this) {
            if (over || time == null) {
                return;
            }
            joined = true;
            joinedNanos = System.nanoTime();
            joining = QueueChange.joining(store.stored(key), process, stale, time);
            if (toTell != null) {
                joining = joining.then(toTell);
                toTell = null;
            }
            removed.addAll(stale);
            stale = Set.of();
        }
        writer.change(document, joining);
    }

    /**
     * Called when the name is heard of in the queue.
     *
     * @param old the names that count no more
     */
    void heard(Set<String> old, boolean first) {
        boolean renew;
        boolean clean;
        synchronized (this) {
            if (over) {
                return;
            }
            listed = true;
            joined = true;
            pauseNanos = FIRST_PAUSE_NANOS;
            renew = !renewing;
            renewing = true;
            removed.retainAll(old);
            stale = old.stream().filter(name -> !removed.contains(name)).collect(Collectors.toSet());
            // One of those that wait is enough.
            clean = first && !stale.isEmpty();
        }
        if (renew) {
            renewLater();
        }
        if (clean) {
            join();
        }
    }

    /** Called when the name is in the queue no more, or when nothing is heard of it. */
    synchronized void unheard() {
        listed = false;
    }

    /** Called when a write is about to remove the name. */
    synchronized void goes() {
        joined = false;
        listed = false;
    }

    /** Takes the name, which is in the queue, out of it, and does not join for a while: there are too many. */
    void stayAway() {
        synchronized (this) {
            joinsFromNanos = System.nanoTime() + STAY_AWAY_NANOS;
            joined = true;
        }
        leave();
    }

    /** Leaves, and never joins again. */
    void end() {
        synchronized (this) {
            over = true;
        }
        leave();
    }

    private void leave() {
        boolean leave;
        ServerTime now;
        synchronized (this) {
            leave = joined;
            now = time;
            goes();
        }
        if (leave) {
            writer.change(document, QueueChange.leaving(process, now));
        }
    }

    private void renewLater() {
        threads.after(RENEW_NANOS / 2, () -> {
            boolean renew;
            synchronized (this) {
                if (over) {
                    return;
                }
                renew = listed && System.nanoTime() - joinedNanos >= RENEW_NANOS;
            }
            if (renew) {
                join();
            }
            renewLater();
        });
    }
}
