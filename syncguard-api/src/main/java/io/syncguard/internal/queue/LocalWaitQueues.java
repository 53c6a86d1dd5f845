package io.syncguard.internal.queue;

import io.syncguard.LockKey;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.WakeUps;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The queues of one guard, one for each key that is waited for. Thread-safe. */
public final class LocalWaitQueues {
    private final WakeUps wakeUps;
    private final GuardThreads threads;
    private final ConcurrentMap<LockKey, LocalWaitQueue> queues = new ConcurrentHashMap<>();

    public LocalWaitQueues(WakeUps wakeUps, GuardThreads threads) {
        this.wakeUps = wakeUps;
        this.threads = threads;
    }

    /** Returns whether a new caller has to wait its turn: others wait here, or were just woken elsewhere (WAI-3). */
    public boolean othersFirst(LockKey key) {
        LocalWaitQueue queue = queues.get(key);
        return (queue != null && queue.hasWaiters()) || holdBackNanos(key) > 0;
    }

    /** Returns for how long a free lock is left to a waiter elsewhere. */
    public long holdBackNanos(LockKey key) {
        return wakeUps.holdBack(key).toNanos();
    }

    /** Returns for how long the first waiter does not ask at all, in favour of the only waiter elsewhere. */
    public long standAsideNanos(LockKey key) {
        return wakeUps.standAside(key).toNanos();
    }

    /** Returns whether the thread that wakes a waiter makes its attempt. */
    public boolean triesWhereWoken() {
        return wakeUps.triesWhereWoken();
    }

    /** Adds a waiter to the queue for a key. {@link QueuedWaiter#leave()} must follow. */
    public void join(LockKey key, QueuedWaiter waiter) {
        while (!queues.computeIfAbsent(key, absent -> new LocalWaitQueue(absent, queues, wakeUps, threads))
                .add(waiter)) {
            // That queue came to its end just now.
            Thread.onSpinWait();
        }
    }
}
