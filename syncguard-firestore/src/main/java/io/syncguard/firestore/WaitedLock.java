package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteResult;
import com.google.common.util.concurrent.MoreExecutors;
import io.syncguard.LockKey;
import io.syncguard.firestore.FirestoreFailures.CommitOutcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock that this process waits for. While the lock is somebody else's it sees to it that the process stands in its queue;
 * when the lock becomes free it wakes the first that waits here, as many slots later as there are other processes before
 * this one, and not at all if one of them takes the lock (WAI-5). Thread-safe; wakes nobody while it holds its monitor.
 */
final class WaitedLock {
    private static final Logger LOGGER = System.getLogger(WaitedLock.class.getName());

    /** Who leaves a free lock to others comes to wait so much later, not to be in the way of their commits. */
    private static final long LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Those that stand in no queue do not all come at once. */
    private static final long UNLISTED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final FirestoreStore store;
    private final Turns turns;
    private final FirestoreThreads threads;
    private final LockKey key;
    private final BooleanSupplier listens;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private boolean over;
    private boolean listed;
    private boolean enqueuing;
    private int attempts;

    /** Whether the process was taken off the queue during an attempt, which may have found it there still. */
    private boolean dropped;

    /** Whether it has been our turn since the lock became free. */
    private boolean ourTurn;

    /** Changes with all that is heard: what was planned before is off. */
    private long plan;

    /** Somebody who waits here; two of them are never equal. */
    static final class Waiter {
        private final Runnable wake;

        Waiter(Runnable wake) {
            this.wake = wake;
        }
    }

    /**
     * @param threads plan what is due later
     * @param listens whether the process would hear what becomes of the lock
     */
    WaitedLock(FirestoreStore store, Turns turns, FirestoreThreads threads, LockKey key, BooleanSupplier listens) {
        this.store = store;
        this.threads = threads;
        this.turns = turns;
        this.key = key;
        this.listens = listens;
    }

    /** Returns false if nobody waits any more. */
    synchronized boolean attach(Waiter waiter) {
        if (over) {
            return false;
        }
        waiters.addLast(waiter);
        turns.waits(key);
        return true;
    }

    /** Wakes somebody no more; what woke him may have been meant for the next. Returns whether he was the last one. */
    boolean detach(Waiter waiter) {
        Waiter next = null;
        synchronized (this) {
            boolean wasFirst = waiters.peekFirst() == waiter;
            if (!waiters.remove(waiter)) {
                return false;
            }
            turns.waitsNoMore(key);
            over |= waiters.isEmpty();
            if (wasFirst && ourTurn) {
                next = waiters.peekFirst();
            } else if (!listed) {
                enqueue();
            }
        }
        wake(next);
        return isOver();
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Wakes nobody any more. */
    synchronized void close() {
        over = true;
        plan++;
    }

    synchronized void attemptBegins() {
        attempts++;
    }

    synchronized void attemptEnds(boolean acquired) {
        attempts--;
        if (attempts == 0 && dropped) {
            dropped = false;
            if (!acquired && !listed) {
                enqueue();
            }
        }
    }

    /** An attempt has found somebody else's lock. */
    synchronized void taken(Queue queue) {
        if (!queue.has(turns.process()) && !queue.isFull()) {
            enqueue();
        }
    }

    /** An attempt has found the lock free and left it to others. */
    synchronized void leftToOthers(Queue queue) {
        if (!queue.has(turns.process()) && !queue.isFull()) {
            enqueueLater();
        }
    }

    private void enqueueLater() {
        long planned = ++plan;
        threads.after(LATER_NANOS, () -> enqueue(planned));
    }

    private synchronized void enqueue(long planned) {
        if (plan == planned && !listed) {
            enqueue();
        }
    }

    /** The process stands in the lock's queue, or the lock has changed while it does. */
    void heard(DocumentSnapshot found) {
        long nanos;
        long planned;
        synchronized (this) {
            if (over) {
                return;
            }
            listed = true;
            ourTurn = false;
            planned = ++plan;
            if (isTaken(found)) {
                turns.holdsBackNoMore(key);
                return;
            }
            nanos = Queue.of(found).slotsBefore(turns.process()) * Turns.SLOT.toNanos();
        }
        if (nanos == 0) {
            ourTurn(planned);
        } else {
            threads.after(nanos, () -> ourTurn(planned));
        }
    }

    private static boolean isTaken(DocumentSnapshot found) {
        try {
            long now = LockDocument.millis(found.getReadTime());
            return LockDocument.in(found).filter(lock -> lock.isLive(now)).isPresent();
        } catch (IllegalArgumentException foreign) {
            // The attempt will say what is wrong.
            return false;
        }
    }

    /** The process is not in the queue any more: it was served, or did not come at its turn, or the document is gone. */
    synchronized void heardNoMore() {
        listed = false;
        ourTurn = false;
        plan++;
        if (attempts == 0) {
            enqueue();
        } else {
            // It may be what has taken us off.
            dropped = true;
        }
    }

    /** What is known of the queue is not true any more. */
    synchronized void deaf() {
        listed = false;
        plan++;
    }

    /** If that is refused, who waits asks now and then, and each attempt is another occasion. */
    private void enqueue() {
        if (enqueuing || over || !listens.getAsBoolean()) {
            return;
        }
        enqueuing = true;
        ApiFuture<WriteResult> write;
        try {
            write = store.enqueue(key, turns.process());
        } catch (RuntimeException e) {
            // A client that its owner has closed.
            enqueuing = false;
            return;
        }
        ApiFutures.addCallback(
                write,
                new ApiFutureCallback<WriteResult>() {
                    @Override
                    public void onFailure(Throwable thrown) {
                        notEnqueued(thrown);
                    }

                    @Override
                    public void onSuccess(WriteResult written) {
                        enqueued();
                    }
                },
                MoreExecutors.directExecutor());
    }

    private synchronized void enqueued() {
        enqueuing = false;
    }

    /** The document being gone, the lock is free, and nobody was told. */
    private void notEnqueued(Throwable thrown) {
        long planned;
        synchronized (this) {
            enqueuing = false;
            CommitOutcome outcome = FirestoreFailures.outcomeOf(thrown);
            if (listed || outcome == CommitOutcome.REFUSED) {
                return;
            }
            if (outcome == CommitOutcome.UNKNOWN) {
                enqueueLater();
                return;
            }
            planned = ++plan;
        }
        threads.after(ThreadLocalRandom.current().nextLong(UNLISTED_NANOS), () -> ourTurn(planned));
    }

    private void ourTurn(long planned) {
        Waiter first;
        synchronized (this) {
            if (over || plan != planned) {
                return;
            }
            ourTurn = true;
            turns.holdsBackNoMore(key);
            first = waiters.peekFirst();
        }
        wake(first);
    }

    private void wake(@Nullable Waiter waiter) {
        if (waiter == null) {
            return;
        }
        try {
            waiter.wake.run();
        } catch (Exception | Error e) {
            LOGGER.log(Level.WARNING, () -> "lock " + key.fingerprint() + ": calling one who waits for it failed", e);
        }
    }
}
