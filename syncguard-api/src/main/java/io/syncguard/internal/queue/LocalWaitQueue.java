package io.syncguard.internal.queue;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one guard for one key: first come, first served, and only the first of them asks the server (WAI-2). Has one
 * place at the backend at a time: the next is entered only once the last is closed (WAI-6). Thread-safe.
 */
final class LocalWaitQueue {
    private static final Logger LOGGER = System.getLogger(LocalWaitQueue.class.getName());

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Set on a thread that is waking a waiter, whose attempt may fail, leave, and wake the next. */
    private static final ThreadLocal<Boolean> WAKING = new ThreadLocal<>();

    private final LockKey key;
    private final ConcurrentMap<LockKey, LocalWaitQueue> queues;
    private final WakeUps wakeUps;
    private final GuardThreads threads;
    private final Deque<QueuedWaiter> waiters = new ArrayDeque<>();
    private WakeUps.@Nullable Place place;

    /** Whether a thread is entering or closing a place, which may call other waiters and so is done without the monitor. */
    private boolean changingPlace;

    private boolean over;

    /** Whether entering a place has failed where only the log can tell of it. */
    private final AtomicBoolean warned = new AtomicBoolean();

    LocalWaitQueue(LockKey key, ConcurrentMap<LockKey, LocalWaitQueue> queues, WakeUps wakeUps, GuardThreads threads) {
        this.key = key;
        this.queues = queues;
        this.wakeUps = wakeUps;
        this.threads = threads;
    }

    synchronized boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    /** Adds a waiter at the end, or returns false because this queue is over. */
    boolean add(QueuedWaiter waiter) {
        synchronized (this) {
            if (over) {
                return false;
            }
            waiter.queue = this;
            waiters.addLast(waiter);
        }
        try {
            changePlace(waiter);
        } catch (LockException e) {
            leave(waiter);
            throw e;
        }
        return true;
    }

    synchronized WakeUps.@Nullable Place placeFor(QueuedWaiter waiter) {
        return waiters.peekFirst() == waiter ? place : null;
    }

    /** Removes a waiter. The next one tries at once: what woke the one before it may have been meant for it. */
    void leave(QueuedWaiter waiter) {
        QueuedWaiter next = null;
        synchronized (this) {
            boolean wasFirst = waiters.peekFirst() == waiter;
            if (!waiters.remove(waiter)) {
                return;
            }
            if (wasFirst) {
                next = waiters.peekFirst();
            }
        }
        if (next != null) {
            wake(next);
        }
        changePlaceUntilItSucceeds();
    }

    /** Changes the place where no caller is left to hear of a defect: the waiters that are left must not wait in vain. */
    private void changePlaceUntilItSucceeds() {
        try {
            changePlace(null);
        } catch (LockException e) {
            if (warned.compareAndSet(false, true)) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "lock " + key.fingerprint()
                                + ": the backend gave the next waiter no place, which is a defect of the backend; it is asked again, and this is not logged"
                                + " again",
                        e);
            }
            threads.after(RETRY_NANOS, this::changePlaceUntilItSucceeds);
        }
    }

    /** Wakes a waiter; on another thread if this one is waking one already, so that the stack does not grow with the queue. */
    private void wake(QueuedWaiter waiter) {
        if (WAKING.get() != null) {
            threads.run(waiter::wake);
            return;
        }
        WAKING.set(true);
        try {
            waiter.wake();
        } finally {
            WAKING.remove();
        }
    }

    /** Enters a place if there are waiters and no place, and closes it when there are none. */
    private void changePlace(@Nullable QueuedWaiter caller) {
        while (true) {
            WakeUps.Place toClose;
            synchronized (this) {
                if (changingPlace || over || waiters.isEmpty() == (place == null)) {
                    if (!changingPlace && !over && waiters.isEmpty()) {
                        over = true;
                        queues.remove(key, this);
                    }
                    return;
                }
                changingPlace = true;
                toClose = place;
                place = null;
            }
            WakeUps.Place entered = null;
            try {
                if (toClose == null) {
                    entered = wakeUps.enter(key, this::wakeFirst);
                } else {
                    close(toClose);
                }
            } catch (Throwable defect) {
                throw LockException.of(defect, LockOperation.ACQUIRE, key.fingerprint());
            } finally {
                placeChanged(entered, caller);
            }
        }
    }

    /** A place that throws on being closed does not keep the next waiter from a place of its own. */
    private void close(WakeUps.Place left) {
        try {
            left.close();
        } catch (Throwable defect) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "lock " + key.fingerprint()
                            + ": a place threw an exception on closing, which is a defect of the backend; waiters elsewhere may have to wait"
                            + " for their next retry",
                    defect);
        }
    }

    private void placeChanged(WakeUps.@Nullable Place entered, @Nullable QueuedWaiter caller) {
        QueuedWaiter first;
        synchronized (this) {
            changingPlace = false;
            place = entered;
            first = entered == null ? null : waiters.peekFirst();
        }
        if (first != null && first != caller) {
            wake(first);
        }
    }

    private void wakeFirst() {
        QueuedWaiter first;
        synchronized (this) {
            first = waiters.peekFirst();
        }
        if (first != null) {
            wake(first);
        }
    }
}
