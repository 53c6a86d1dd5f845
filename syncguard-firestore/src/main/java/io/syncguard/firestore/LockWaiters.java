package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.LockKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those of this process that wait for one lock (WAI-5). When the lock becomes free, it wakes the first of them once it is this process's
 * turn. Thread-safe. Wakes nobody and sends nothing while it holds its monitor.
 */
final class LockWaiters {
    private static final Logger LOGGER = System.getLogger(LockWaiters.class.getName());

    /** Where a holder may not know that processes wait, those do not all come at once. */
    private static final long UNTOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long LONGEST_UNTOLD_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A release is told when it is sent. A waiter that looks before it has landed looks again after this, then after twice as long. */
    private static final long EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST_EARLY_LOOKS = 4;

    private final LocalWaiters local;
    private final FirestoreThreads threads;
    private final LockKey key;
    private final String document;
    private final QueuedName name;
    private final HolderNotice notice;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private boolean over;
    private int attempts;

    /** Whether the name went from the queue during an attempt. */
    private boolean unlistedDuringAttempt;

    /** Whether it has been this process's turn since the lock became free. */
    private boolean ourTurn;

    /** Changes with all that is heard: what was planned before is off. */
    private long plan;

    private WaitQueue queue = WaitQueue.EMPTY;

    /** Whether this process has heard of the queue or read it. */
    private boolean queueKnown;

    /** The greatest token that an attempt here has found in use. */
    private long seenFence;

    /** The greatest token of a lock whose document says that processes wait, as far as attempts here have found. */
    private long seenAwaitedFence;

    private long untoldNanos = UNTOLD_NANOS;

    /** The token of a lock that was found held when it was said to be released. */
    private long awaitedRelease;

    private int earlyLooks;

    private @Nullable LockDocument lastTaken;

    /** Somebody who waits here; two of them are never equal. */
    static final class Waiter {
        private final Runnable wake;

        Waiter(Runnable wake) {
            this.wake = wake;
        }
    }

    /**
     * @param threads plan what is due later
     * @param document the id of the key's documents
     */
    LockWaiters(
            FirestoreStore store,
            LocalWaiters local,
            FirestoreThreads threads,
            LockKey key,
            String document,
            QueuedName.Listening listening) {
        this.threads = threads;
        this.local = local;
        this.key = key;
        this.document = document;
        this.name = new QueuedName(store, local, threads, key, document, listening);
        this.notice = new HolderNotice(store);
    }

    /** Returns false if nobody waits here any more. */
    synchronized boolean attach(Waiter waiter) {
        if (over) {
            return false;
        }
        waiters.addLast(waiter);
        return true;
    }

    /** Removes a waiter. If it was woken and has not tried, the next one is woken. After the last one the process leaves the queue. */
    void detach(Waiter waiter) {
        Waiter next = null;
        boolean last;
        synchronized (this) {
            boolean wasFirst = waiters.peekFirst() == waiter;
            waiters.remove(waiter);
            last = waiters.isEmpty();
            if (wasFirst && ourTurn) {
                next = waiters.peekFirst();
            }
        }
        if (last) {
            close();
        }
        wake(next);
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Wakes nobody any more, and leaves the queue. */
    void close() {
        synchronized (this) {
            over = true;
            plan++;
        }
        name.end();
    }

    synchronized void attemptBegins() {
        attempts++;
        queueKnown = name.isListed();
    }

    /**
     * Called after each attempt.
     *
     * @param acquired whether the waiter has acquired the lock, and waits no more
     */
    void attemptEnds(Waiter waiter, boolean acquired) {
        boolean join;
        synchronized (this) {
            attempts--;
            if (acquired) {
                waiters.remove(waiter);
            }
            join = attempts == 0 && unlistedDuringAttempt && !waiters.isEmpty();
            unlistedDuringAttempt &= attempts > 0;
        }
        if (acquired) {
            local.holdsBackNoMore(key);
        }
        if (join) {
            name.joinIfMissing();
        }
    }

    /**
     * An attempt has acquired the lock.
     *
     * @param wasAwaited whether its document said that processes wait
     */
    void acquired(LockDocument lock, boolean wasAwaited) {
        Set<String> served;
        synchronized (this) {
            found(lock);
            // Who acquires a lock that nobody released does not know who had a turn.
            served = queueKnown ? queue.upTo(local.process()) : Set.of(local.process());
        }
        if (wasAwaited || name.isJoined()) {
            name.goes();
            local.queues().change(document, QueueChange.acquired(lock, served));
        }
    }

    /** Takes note of a lock that is held: what was heard of earlier ones counts no more. */
    private void found(LockDocument lock) {
        long fence = lock.lastFence();
        seenFence = Math.max(seenFence, fence);
        if (lock.awaited()) {
            seenAwaitedFence = Math.max(seenAwaitedFence, fence);
        }
        if (queue.released() < fence) {
            ourTurn = false;
            plan++;
        }
    }

    /** An attempt has found that another process holds the lock. */
    void taken(LockDocument lock, ServerTime time) {
        name.looked(lock.waiting(), time);
        synchronized (this) {
            found(lock);
            lastTaken = lock;
        }
        lookAgainIfReleased(lock);
        if (lock.awaited()) {
            name.joinIfMissing();
        } else if (name.beginsToListen()) {
            tellHolder(lock);
        }
    }

    /** Has the first waiter look again if it is its turn and the release has not landed yet. It may never, so only a few times. */
    private void lookAgainIfReleased(LockDocument lock) {
        long fence = lock.lastFence();
        long planned;
        long nanos;
        synchronized (this) {
            if (!ourTurn || !queue.isReleasedSince(fence)) {
                return;
            }
            if (awaitedRelease != fence) {
                awaitedRelease = fence;
                earlyLooks = 0;
            }
            if (earlyLooks >= MOST_EARLY_LOOKS) {
                return;
            }
            nanos = EARLY_NANOS << earlyLooks++;
            planned = plan;
        }
        threads.after(nanos, () -> ourTurn(planned));
    }

    /** Says in the lock's document how many wait, so that others poll. */
    private void tellCrowd(int waiting) {
        Optional<LockDocument> lock;
        synchronized (this) {
            lock = Optional.ofNullable(lastTaken);
        }
        lock.filter(last -> last.waiting() < waiting).ifPresent(last -> notice.tell(last, waiting, failure -> {}));
    }

    private void tellHolder(LockDocument lock) {
        notice.tell(lock, 1, failure -> told(lock, failure));
    }

    private void told(LockDocument lock, @Nullable Throwable failure) {
        if (failure == null) {
            synchronized (this) {
                untoldNanos = UNTOLD_NANOS;
            }
            name.joinWith(QueueChange.awaited(lock));
        } else if (FirestoreFailures.isConflict(failure)) {
            // The holder has changed the document meanwhile, and may have released the lock without telling anybody.
            name.joinIfMissing();
            tryWithoutBeingTold();
        } else if (FirestoreFailures.isPassing(failure)) {
            name.joinLater();
        }
    }

    /** An attempt has found the lock free, and others were faster each time. They are told that somebody waits. */
    void overtaken(Optional<LockDocument> free, ServerTime time) {
        free.ifPresent(lock -> leftToOthers(lock, time));
        free.filter(lock -> !lock.awaited() && name.beginsToListen()).ifPresent(lock -> {
            notice.insist();
            tellHolder(lock);
        });
    }

    /** An attempt has found the lock free and left it to others. */
    void leftToOthers(LockDocument free, ServerTime time) {
        name.looked(free.waiting(), time);
        name.joinLater();
    }

    /** Returns whether this process hears of the queue, so that it need not read it. */
    boolean knowsQueue() {
        return name.isListed();
    }

    synchronized void read(WaitQueue read) {
        if (!name.isListed()) {
            queue = read;
            queueKnown = true;
        }
    }

    /** Returns when it is this process's turn to acquire a lock that was released to waiters. */
    synchronized long turnMillis(LockDocument released, long now) {
        // The releaser has reckoned the time, or Firestore's clock has gone back.
        long written = TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(released.updateTime()));
        long releasedAt = Math.min(released.releasedAtMillis(), Math.min(written, now));
        return releasedAt
                + queue.fresh(releasedAt).delayOf(local.process(), local.slot()).toMillis();
    }

    /**
     * Returns how many other processes wait as well.
     *
     * @param asDocumentSays what the lock's document says, which counts if this process does not know the queue
     */
    synchronized int others(int asDocumentSays) {
        return queueKnown ? queue.placeAfter(local.process()) : asDocumentSays;
    }

    /** The name is in the queue, and this is what the queue is now. */
    void heard(DocumentSnapshot found) {
        WaitQueue all = WaitQueue.of(found);
        long now = TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(found.getReadTime()));
        WaitQueue heard = all.fresh(now);
        long planned;
        boolean free;
        boolean holderKnows;
        synchronized (this) {
            if (over) {
                return;
            }
            ourTurn = false;
            queue = heard;
            queueKnown = true;
            planned = ++plan;
            free = heard.isReleasedSince(seenFence);
            holderKnows = Math.max(heard.awaited(), seenAwaitedFence) >= Math.max(heard.acquired(), seenFence);
        }
        int place = heard.placeOf(local.process());
        if (place >= WaitQueue.MOST) {
            // Each more would cost all others too much. This process polls for a while.
            name.stayAway();
            if (place == WaitQueue.MOST) {
                tellCrowd(place);
            }
            return;
        }
        name.heard(all.stale(now), place == 0);
        if (!free) {
            local.holdsBackNoMore(key);
            if (!holderKnows) {
                tryWithoutBeingTold();
            }
            return;
        }
        long turn = Math.min(heard.releasedAtMillis(), now)
                + heard.delayOf(local.process(), local.slot()).toMillis();
        if (turn <= now) {
            ourTurn(planned);
        } else {
            threads.after(TimeUnit.MILLISECONDS.toNanos(turn - now), () -> ourTurn(planned));
        }
    }

    /** The name is not in the queue any more: the process was served, or did not come at its turn. */
    void unlisted() {
        boolean join;
        synchronized (this) {
            ourTurn = false;
            plan++;
            join = attempts == 0 && !waiters.isEmpty();
            // The attempt under way may acquire the lock.
            unlistedDuringAttempt |= attempts > 0;
        }
        name.unheard();
        if (join) {
            name.joinIfMissing();
        }
    }

    /** Called when the listener, which was begun for a waiter, hears of all changes from now on. */
    void hears() {
        boolean waits;
        synchronized (this) {
            waits = !waiters.isEmpty();
        }
        if (waits) {
            name.joinIfMissing();
        }
    }

    /** Forgets the queue, because the listener has ended. */
    void deaf() {
        synchronized (this) {
            plan++;
        }
        name.unheard();
    }

    /** Has the first waiter try, because the holder may not know that anybody waits. */
    private void tryWithoutBeingTold() {
        long nanos;
        synchronized (this) {
            nanos = untoldNanos;
            untoldNanos = Math.min(2 * untoldNanos, LONGEST_UNTOLD_NANOS);
        }
        threads.after(ThreadLocalRandom.current().nextLong(nanos / 2, nanos), this::ourTurn);
    }

    private void ourTurn(long planned) {
        boolean off;
        synchronized (this) {
            off = plan != planned;
        }
        if (!off) {
            ourTurn();
        }
    }

    private void ourTurn() {
        Waiter first;
        synchronized (this) {
            if (over) {
                return;
            }
            ourTurn = true;
            first = waiters.peekFirst();
        }
        local.holdsBackNoMore(key);
        wake(first);
    }

    private void wake(@Nullable Waiter waiter) {
        if (waiter == null) {
            return;
        }
        try {
            waiter.wake.run();
        } catch (Exception | Error e) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "lock " + key.fingerprint()
                            + ": waking a waiter threw an exception, which is a defect; the waiter tries again by itself",
                    e);
        }
    }
}
