package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteResult;
import com.google.common.util.concurrent.MoreExecutors;
import io.syncguard.LockKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those of this process that wait for one lock (WAI-5). While another process holds the lock, this one sees to it that its name is in the
 * lock's queue. When the lock becomes free, it wakes the first waiter here once it is this process's turn. Thread-safe. Wakes nobody
 * and sends nothing while it holds its monitor.
 */
final class LockWaiters {
    private static final Logger LOGGER = System.getLogger(LockWaiters.class.getName());

    /** A process that leaves a free lock to others joins so much later, not to be in the way of their commits. */
    private static final long JOIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_JOIN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** After a holder could not be told, those that wait do not all come at once. */
    private static final long UNTOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int MOST_UNTOLD = 2;

    private static final long RENEW_NANOS = WaitQueue.LIFETIME.toNanos() / 2;

    private final FirestoreStore store;
    private final LocalWaiters local;
    private final FirestoreThreads threads;
    private final LockKey key;
    private final BooleanSupplier listens;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private boolean over;

    /** Whether the listener has said that the name is in the queue. */
    private boolean listed;

    /** Whether the name may be in the queue. */
    private boolean joined;

    private boolean joining;
    private long joinedNanos;

    /** Whether there is a task that renews the name. */
    private boolean renewing;

    private long joinPauseNanos = JOIN_PAUSE_NANOS;
    private Set<String> stale = Set.of();
    private int attempts;

    /** Whether the commit of the last attempt removes the name. */
    private boolean tellsQueue;

    /** How often in a row the holder could not be told that somebody waits. */
    private int untold;

    /** Whether the name went from the queue during an attempt, which may have removed it. */
    private boolean unlistedDuringAttempt;

    /** Whether it has been this process's turn since the lock became free. */
    private boolean ourTurn;

    /** Changes with all that is heard: what was planned before is off. */
    private long plan;

    /** Completes when the name is removed after a join that was under way at the end. */
    private @Nullable CompletableFuture<Boolean> removal;

    /** The time of the last attempt's look. */
    private @Nullable ServerTime lastTime;

    private WaitQueue queue = new WaitQueue(List.of(), 0);

    /** The release after which an attempt was in vain. */
    private long vainMillis;

    private long joinsFromNanos = System.nanoTime();

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
    LockWaiters(
            FirestoreStore store, LocalWaiters local, FirestoreThreads threads, LockKey key, BooleanSupplier listens) {
        this.store = store;
        this.threads = threads;
        this.local = local;
        this.key = key;
        this.listens = listens;
    }

    /** Returns false if nobody waits here any more. */
    synchronized boolean attach(Waiter waiter) {
        if (over) {
            return false;
        }
        waiters.addLast(waiter);
        return true;
    }

    /**
     * Wakes somebody no more. What woke it may have been meant for the next.
     *
     * @return the removal of this process's name from the queue, if this was its last waiter and the name may be there
     */
    Optional<CompletableFuture<?>> detach(Waiter waiter) {
        Waiter next = null;
        boolean leave = false;
        CompletableFuture<?> later = null;
        synchronized (this) {
            boolean wasFirst = waiters.peekFirst() == waiter;
            if (!waiters.remove(waiter)) {
                return Optional.empty();
            }
            if (waiters.isEmpty()) {
                leave = end();
                later = removal;
            } else if (wasFirst && ourTurn) {
                next = waiters.peekFirst();
            }
        }
        wake(next);
        return leave ? Optional.of(leave()) : Optional.ofNullable(later);
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Wakes nobody any more. Returns the removal of this process's name as {@link #detach} does. */
    Optional<CompletableFuture<?>> close() {
        boolean leave;
        CompletableFuture<?> later;
        synchronized (this) {
            leave = end();
            later = removal;
        }
        return leave ? Optional.of(leave()) : Optional.ofNullable(later);
    }

    /** Returns whether to remove the name now. After a join under way it is removed later. */
    private boolean end() {
        boolean leave = joined && !joining && !over;
        if (joining && removal == null) {
            removal = new CompletableFuture<Boolean>();
        }
        over = true;
        plan++;
        return leave;
    }

    synchronized void attemptBegins() {
        attempts++;
    }

    void attemptEnds(boolean acquired) {
        boolean join;
        synchronized (this) {
            attempts--;
            if (acquired && tellsQueue) {
                // The commit has removed the name. Otherwise the last waiter does.
                joined = false;
                listed = false;
            }
            join = attempts == 0 && unlistedDuringAttempt && !acquired && !listed;
            if (attempts == 0) {
                unlistedDuringAttempt = false;
            }
        }
        if (acquired) {
            local.holdsBackNoMore(key);
        }
        if (join) {
            join();
        }
    }

    synchronized void tells(boolean theQueue) {
        tellsQueue = theQueue;
    }

    /** An attempt has found that another process holds the lock. */
    void taken(LockDocument lock, ServerTime time) {
        synchronized (this) {
            // A caller that does not wait may have acquired it, and does not say so in the queue.
            vainMillis = queue.releasedAtMillis();
        }
        if (shouldJoin(time)) {
            join();
        }
        if (!lock.awaited() && listens.getAsBoolean()) {
            boolean conditional = mayStillWait();
            sent(() -> store.await(lock, conditional)).whenComplete((written, failure) -> awaited(failure));
        }
    }

    /** The holder was not told that somebody waits, because it was changing the document: it may have released the lock. */
    private void awaited(@Nullable Throwable failure) {
        synchronized (this) {
            untold = failure == null ? 0 : untold + 1;
        }
        if (failure == null || !FirestoreFailures.isConflict(failure)) {
            return;
        }
        // Whatever is heard of the queue meanwhile says nothing of the lock, because the holder has told nobody.
        threads.after(ThreadLocalRandom.current().nextLong(UNTOLD_NANOS), this::ourTurn);
    }

    /** A holder that acquires and releases faster than a distant process looks and writes would never be told otherwise. */
    private synchronized boolean mayStillWait() {
        return untold < MOST_UNTOLD;
    }

    /** An attempt has found the lock free, and others were faster each time. They are told that somebody waits. */
    void overtaken(Optional<LockDocument> free, ServerTime time) {
        leftToOthers(time);
        free.filter(lock -> !lock.awaited() && listens.getAsBoolean())
                .ifPresent(lock -> sent(() -> store.await(lock, false)));
    }

    /** An attempt has found the lock free and left it to others. */
    void leftToOthers(ServerTime time) {
        if (shouldJoin(time)) {
            joinLater();
        }
    }

    private synchronized boolean shouldJoin(ServerTime time) {
        lastTime = time;
        return !listed && System.nanoTime() - joinsFromNanos >= 0;
    }

    /** Returns whether this process hears of the queue, so that it need not read it. */
    synchronized boolean knowsQueue() {
        return listed;
    }

    synchronized void read(WaitQueue read) {
        if (!listed) {
            queue = read;
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

    /** Returns this process and those before it in the queue, which did not come when it was their turn. */
    synchronized Set<String> served() {
        return queue.upTo(local.process());
    }

    /** Returns whether other processes wait as well. */
    synchronized boolean othersWait() {
        return queue.names().size() > queue.placeOf(local.process()) + (queue.has(local.process()) ? 1 : 0);
    }

    private void joinLater() {
        long planned;
        long nanos;
        synchronized (this) {
            planned = ++plan;
            nanos = joinPauseNanos;
            joinPauseNanos = Math.min(2 * joinPauseNanos, LONGEST_JOIN_PAUSE_NANOS);
        }
        threads.after(nanos, () -> {
            if (isStill(planned)) {
                join();
            }
        });
    }

    private synchronized boolean isStill(long planned) {
        return plan == planned && !listed;
    }

    /** The name is in the queue, and this is what the queue is now. */
    void heard(DocumentSnapshot found) {
        WaitQueue heard = WaitQueue.of(found);
        long now = TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(found.getReadTime()));
        long planned;
        boolean clean;
        boolean renew;
        boolean free;
        synchronized (this) {
            if (over) {
                return;
            }
            listed = true;
            joined = true;
            ourTurn = false;
            queue = heard.fresh(now);
            stale = heard.stale(now);
            // One of them is enough.
            clean = !stale.isEmpty() && queue.placeOf(local.process()) == 0;
            renew = !renewing;
            renewing = true;
            joinPauseNanos = JOIN_PAUSE_NANOS;
            planned = ++plan;
            free = heard.releasedAtMillis() != 0 && heard.releasedAtMillis() != vainMillis;
        }
        if (queueIsFull(heard.fresh(now))) {
            return;
        }
        if (clean) {
            join();
        }
        if (renew) {
            renewLater();
        }
        if (!free) {
            local.holdsBackNoMore(key);
            return;
        }
        long turn = Math.min(heard.releasedAtMillis(), now)
                + heard.fresh(now).delayOf(local.process(), local.slot()).toMillis();
        if (turn <= now) {
            ourTurn(planned);
        } else {
            threads.after(TimeUnit.MILLISECONDS.toNanos(turn - now), () -> ourTurn(planned));
        }
    }

    /** So many wait that each more would cost all others too much: this process leaves, and polls for a while. */
    private boolean queueIsFull(WaitQueue heard) {
        if (!heard.isFullBefore(local.process())) {
            return false;
        }
        synchronized (this) {
            joinsFromNanos = System.nanoTime() + WaitQueue.LIFETIME.toNanos();
        }
        leave();
        return true;
    }

    /** The name is not in the queue any more: the process was served, or did not come at its turn. */
    void unlisted() {
        boolean join;
        synchronized (this) {
            listed = false;
            joined = false;
            ourTurn = false;
            plan++;
            join = attempts == 0 && System.nanoTime() - joinsFromNanos >= 0;
            // Otherwise the attempt under way may be what has removed it.
            unlistedDuringAttempt |= attempts > 0;
        }
        if (join) {
            join();
        }
    }

    /** What is known of the queue is not true any more. */
    synchronized void deaf() {
        listed = false;
        plan++;
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

    /** Puts the name in the queue, or renews it. If that is refused, waiters poll, and each attempt is another occasion. */
    private void join() {
        Set<String> remove;
        ServerTime time;
        synchronized (this) {
            time = lastTime;
            if (joining || over || time == null || !listens.getAsBoolean()) {
                return;
            }
            joining = true;
            joined = true;
            joinedNanos = System.nanoTime();
            remove = stale;
            stale = Set.of();
        }
        sent(() -> store.join(key, local.process(), remove, time)).whenComplete((written, failure) -> joined(failure));
    }

    private void joined(@Nullable Throwable failure) {
        CompletableFuture<Boolean> late;
        boolean again;
        synchronized (this) {
            joining = false;
            late = removal;
            again = !listed && !over;
        }
        if (late != null) {
            leave().whenComplete((left, failed) -> late.complete(true));
        } else if (failure != null && again && FirestoreFailures.isPassing(failure)) {
            joinLater();
        }
    }

    private CompletableFuture<?> leave() {
        return sent(() -> store.leave(key, local.process()));
    }

    private interface Request {
        ApiFuture<List<WriteResult>> send();
    }

    /** Sends a write that nobody waits for. */
    private static CompletableFuture<?> sent(Request request) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        ApiFuture<List<WriteResult>> write;
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            write = request.send();
        } catch (RuntimeException e) {
            // A client that its owner has closed.
            answer.completeExceptionally(e);
            return answer;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        ApiFutures.addCallback(
                write,
                new ApiFutureCallback<List<WriteResult>>() {
                    @Override
                    public void onFailure(Throwable thrown) {
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onSuccess(List<WriteResult> written) {
                        answer.complete(true);
                    }
                },
                MoreExecutors.directExecutor());
        return answer;
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
            LOGGER.log(Level.WARNING, () -> "lock " + key.fingerprint() + ": calling one who waits for it failed", e);
        }
    }
}
