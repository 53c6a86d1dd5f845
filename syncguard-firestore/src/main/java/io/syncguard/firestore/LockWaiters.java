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

    /** The document whose holder is to be told once the join under way is over. */
    private @Nullable LockDocument toTell;

    private long joinedNanos;

    /** Whether there is a task that renews the name. */
    private boolean renewing;

    private long joinPauseNanos = JOIN_PAUSE_NANOS;
    private long untoldNanos = UNTOLD_NANOS;
    private Set<String> stale = Set.of();
    private int attempts;

    /** Whether the commit of the last attempt removes the name. */
    private boolean tellsQueue;

    /** How often in a row the holder could not be told that somebody waits. */
    private int untold;

    /** Whether the name went from the queue during an attempt, which may have removed it. */
    private boolean unlistedDuringAttempt;

    /** Whether a waiter here has acquired the lock since the last attempt began. It leaves in a moment. */
    private boolean served;

    /** Whether it has been this process's turn since the lock became free. */
    private boolean ourTurn;

    /** Changes with all that is heard: what was planned before is off. */
    private long plan;

    /** Completes when the name is removed after a join that was under way at the end. */
    private @Nullable CompletableFuture<Boolean> removal;

    /** The time of the last attempt's look. */
    private @Nullable ServerTime lastTime;

    private WaitQueue queue = new WaitQueue(List.of(), 0, false);

    /** The release that was heard of last when the attempt began. */
    private long releaseTried;

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
     * Removes a waiter. If it was woken and has not tried, the next one is woken.
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
            served = false;
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
        served = false;
        releaseTried = queue.releasedAtMillis();
    }

    void attemptEnds(boolean acquired) {
        boolean join;
        synchronized (this) {
            attempts--;
            served |= acquired;
            if (acquired && tellsQueue) {
                // The commit has removed the name, but for one that is on its way.
                joined = joining;
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
            vainMillis = releaseTried;
        }
        if (shouldJoin(time) || !lock.awaited()) {
            join(lock.awaited() ? null : lock);
        }
    }

    /** A holder that acquires and releases faster than a distant process looks and writes would never be told otherwise. */
    private synchronized boolean mayStillWait() {
        return untold < MOST_UNTOLD;
    }

    /** An attempt has found the lock free, and others were faster each time. They are told that somebody waits. */
    void overtaken(Optional<LockDocument> free, ServerTime time) {
        leftToOthers(time);
        Optional<LockDocument> untoldLock = free.filter(lock -> !lock.awaited());
        if (untoldLock.isPresent()) {
            synchronized (this) {
                untold = MOST_UNTOLD;
            }
            join(untoldLock.get());
        }
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

    /** Returns whether this process's name may be in the queue. */
    synchronized boolean mayBeQueued() {
        return joined;
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
        WaitQueue all = WaitQueue.of(found);
        long now = TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(found.getReadTime()));
        WaitQueue heard = all.fresh(now);
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
            queue = heard;
            stale = all.stale(now);
            clean = shouldClean();
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
        if (!heard.holderKnows()) {
            tryWithoutBeingTold();
        }
        if (!free) {
            local.holdsBackNoMore(key);
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

    /** Returns whether this process is to remove old names: one of those that wait is enough. */
    private boolean shouldClean() {
        return listed && !stale.isEmpty() && queue.placeOf(local.process()) == 0;
    }

    /** So many wait that each more would cost all others too much: this process leaves, and polls for a while. */
    private boolean queueIsFull(WaitQueue heard) {
        if (!heard.isFullBefore(local.process())) {
            return false;
        }
        synchronized (this) {
            joinsFromNanos = System.nanoTime() + WaitQueue.LIFETIME.toNanos();
            joined = joining;
        }
        leave();
        return true;
    }

    /** The name is not in the queue any more: the process was served, or did not come at its turn. */
    void unlisted() {
        boolean join;
        synchronized (this) {
            listed = false;
            // What is heard may be older than the last join, so the name may be there again.
            ourTurn = false;
            plan++;
            boolean nobodyWaits = served && waiters.size() == 1;
            join = attempts == 0 && !nobodyWaits && System.nanoTime() - joinsFromNanos >= 0;
            // Otherwise the attempt under way may be what has removed it.
            unlistedDuringAttempt |= attempts > 0;
        }
        if (join) {
            join();
        }
    }

    /** Forgets the queue, because the listener has ended. */
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

    private void join() {
        join(null);
    }

    /**
     * Puts the name in the queue, or renews it. If that is refused, waiters poll, and each attempt is another occasion.
     *
     * @param untoldLock the lock's document as it was read, if it does not say that processes wait, and has to
     */
    private void join(@Nullable LockDocument untoldLock) {
        Set<String> remove;
        ServerTime time;
        boolean conditional;
        synchronized (this) {
            time = lastTime;
            if (over || time == null || !listens.getAsBoolean()) {
                return;
            }
            if (joining) {
                toTell = untoldLock == null ? toTell : untoldLock;
                return;
            }
            joining = true;
            joined = true;
            joinedNanos = System.nanoTime();
            remove = stale;
            stale = Set.of();
            conditional = mayStillWait();
        }
        sent(() -> untoldLock == null
                        ? store.join(key, local.process(), remove, time)
                        : store.joinAndTell(untoldLock, conditional, key, local.process(), remove, time))
                .whenComplete((written, failure) -> joined(untoldLock != null, failure));
    }

    private void joined(boolean told, @Nullable Throwable failure) {
        CompletableFuture<Boolean> late;
        LockDocument next;
        boolean again;
        boolean clean;
        synchronized (this) {
            joining = false;
            next = toTell;
            toTell = null;
            if (told) {
                untold = failure == null ? 0 : untold + 1;
            }
            untoldNanos = told && failure == null ? UNTOLD_NANOS : untoldNanos;
            clean = shouldClean();
            late = removal;
            again = !listed && !over;
        }
        if (late != null) {
            leave().whenComplete((left, failed) -> late.complete(true));
        } else if (failure == null) {
            if (next != null || clean) {
                join(next);
            }
        } else if (told && FirestoreFailures.isConflict(failure)) {
            // The holder has changed the document meanwhile, and may have released the lock without telling anybody.
            join();
            tryWithoutBeingTold();
        } else if (again && FirestoreFailures.isPassing(failure)) {
            joinLater();
        }
    }

    /** Has the first waiter try, because the holder may not know that anybody waits. */
    private void tryWithoutBeingTold() {
        long nanos;
        synchronized (this) {
            nanos = untoldNanos;
            untoldNanos = Math.min(2 * untoldNanos, LONGEST_JOIN_PAUSE_NANOS);
        }
        threads.after(ThreadLocalRandom.current().nextLong(nanos / 2, nanos), this::ourTurn);
    }

    private CompletableFuture<?> leave() {
        return sent(() -> store.leave(store.documentId(key), local.process()));
    }

    interface Request {
        ApiFuture<List<WriteResult>> send();
    }

    /** Sends a write that nobody waits for. */
    static CompletableFuture<?> sent(Request request) {
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
