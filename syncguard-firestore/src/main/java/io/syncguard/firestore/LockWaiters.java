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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those of this process that wait for one lock (WAI-5). While another process holds the lock, this one sees to it that its name is in the
 * document's queue. When the lock becomes free, it wakes the first waiter here once it is this process's turn. Thread-safe. Wakes nobody
 * and sends nothing while it holds its monitor.
 */
final class LockWaiters {
    private static final Logger LOGGER = System.getLogger(LockWaiters.class.getName());

    /** A process that leaves a free lock to others joins so much later, not to be in the way of their commits. */
    private static final long JOIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_JOIN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
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
    private long joinPauseNanos = JOIN_PAUSE_NANOS;
    private Set<String> stale = Set.of();
    private int attempts;

    /** Whether the name went from the queue during an attempt, which may have removed it. */
    private boolean unlistedDuringAttempt;

    /** Whether it has been this process's turn since the lock became free. */
    private boolean ourTurn;

    /** Changes with all that is heard: what was planned before is off. */
    private long plan;

    /** Completes when the name is removed after a join that was under way at the end. */
    private @Nullable CompletableFuture<Boolean> removal;

    private @Nullable ServerTime lastTime;
    private @Nullable LockDocument heardFree;

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
            if (acquired) {
                // The commit has removed the name.
                joined = false;
                listed = false;
            }
            join = attempts == 0 && unlistedDuringAttempt && !acquired && !listed;
            if (attempts == 0) {
                unlistedDuringAttempt = false;
            }
        }
        if (join) {
            join();
        }
    }

    /** An attempt has found that another process holds the lock. */
    void taken(LockDocument lock, ServerTime time) {
        if (seen(lock, time)) {
            join();
        }
    }

    /** An attempt has found the lock free and left it to others. */
    void leftToOthers(LockDocument lock, ServerTime time) {
        if (seen(lock, time)) {
            joinLater();
        }
    }

    /** Returns whether the process should join the queue. */
    private synchronized boolean seen(LockDocument lock, ServerTime time) {
        lastTime = time;
        stale = lock.queue().stale(time.millis());
        return !lock.queue().has(local.process()) && !lock.queue().isFull(time.millis());
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

    /** The name is in the queue, or the lock has changed while it is. */
    void heard(DocumentSnapshot found) {
        Optional<LockDocument> lock = released(found);
        long nanos;
        long planned;
        boolean first;
        synchronized (this) {
            if (over) {
                return;
            }
            first = !listed;
            listed = true;
            joined = true;
            ourTurn = false;
            heardFree = lock.orElse(null);
            joinPauseNanos = JOIN_PAUSE_NANOS;
            planned = ++plan;
        }
        if (first) {
            renewLater();
        }
        if (lock.isEmpty()) {
            local.holdsBackNoMore(key);
            return;
        }
        nanos = nanosToTurn(lock.get(), found);
        if (nanos == 0) {
            ourTurn(planned);
        } else {
            threads.after(nanos, () -> ourTurn(planned));
        }
    }

    private long nanosToTurn(LockDocument free, DocumentSnapshot found) {
        long now = millis(found);
        long turn = free.turnMillis(local.process(), local.slot(), now).orElse(now);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, turn - now));
    }

    private static long millis(DocumentSnapshot found) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(found.getReadTime()));
    }

    /** Returns the document if the lock is free; what is none of ours is free too, for the attempt to say what is wrong. */
    private Optional<LockDocument> released(DocumentSnapshot found) {
        try {
            Optional<LockDocument> document = LockDocument.in(found);
            long now = millis(found);
            return document.filter(lock -> !lock.isLive(now));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** Returns the released document that was heard of last, once. */
    synchronized Optional<KnownLocks.Written> takeHeardFree() {
        LockDocument document = heardFree;
        heardFree = null;
        return document == null || lastTime == null || !document.isReleased()
                ? Optional.empty()
                : Optional.of(new KnownLocks.Written(document, lastTime));
    }

    /** The name is not in the queue any more: the process was served, or did not come at its turn, or the document is gone. */
    void unlisted() {
        boolean join;
        synchronized (this) {
            listed = false;
            joined = false;
            ourTurn = false;
            heardFree = null;
            plan++;
            join = attempts == 0;
            // Otherwise the attempt under way may be what has removed it.
            unlistedDuringAttempt |= !join;
        }
        if (join) {
            join();
        }
    }

    /** What is known of the queue is not true any more. */
    synchronized void deaf() {
        listed = false;
        heardFree = null;
        plan++;
    }

    private void renewLater() {
        threads.after(RENEW_NANOS, () -> {
            boolean renew;
            synchronized (this) {
                renew = listed && !over;
            }
            if (renew) {
                join();
                renewLater();
            }
        });
    }

    /** Puts the name in the queue, or renews it. If that is refused, waiters poll, and each attempt is another occasion. */
    private void join() {
        Set<String> remove;
        synchronized (this) {
            if (joining || over || !listens.getAsBoolean()) {
                return;
            }
            joining = true;
            joined = true;
            remove = stale;
            stale = Set.of();
        }
        sent(() -> store.join(key, local.process(), remove)).whenComplete((written, failure) -> joined(failure));
    }

    private void joined(@Nullable Throwable failure) {
        CompletableFuture<Boolean> late;
        boolean again;
        long planned;
        synchronized (this) {
            joining = false;
            late = removal;
            again = !listed && !over;
            planned = plan;
        }
        if (late != null) {
            leave().whenComplete((left, failed) -> late.complete(true));
        } else if (failure != null && again) {
            if (FirestoreFailures.isGone(failure)) {
                // The lock is free, and nobody was told.
                ourTurn(planned);
            } else if (FirestoreFailures.isPassing(failure)) {
                joinLater();
            }
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
        Waiter first;
        synchronized (this) {
            if (over || plan != planned) {
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
