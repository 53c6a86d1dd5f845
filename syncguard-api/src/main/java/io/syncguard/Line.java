package io.syncguard;

import io.syncguard.spi.WakeUps;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Those of one guard that wait for one key: first come, first served, and only the first of them asks the server (WAI-2).
 * Thread-safe.
 */
final class Line {
    private final LockKey key;
    private final ConcurrentMap<LockKey, Line> lines;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final WakeUps.Place place;
    private boolean over;

    private Line(LockKey key, ConcurrentMap<LockKey, Line> lines, WakeUps wakeUps) {
        this.key = key;
        this.lines = lines;
        this.place = wakeUps.enter(key, this::wakeFirst);
    }

    /** All lines of a guard. Thread-safe. */
    static final class All {
        private final WakeUps wakeUps;
        private final ConcurrentMap<LockKey, Line> lines = new ConcurrentHashMap<>();

        All(WakeUps wakeUps) {
            this.wakeUps = wakeUps;
        }

        /** Returns for how long one that comes anew is to hold back in favour of others elsewhere. */
        long holdBackNanos(LockKey key) {
            return wakeUps.holdBack(key).toNanos();
        }

        /** Returns for how long the first in line is not even to ask, in favour of the only one that waits elsewhere. */
        long standAsideNanos(LockKey key) {
            return wakeUps.standAside(key).toNanos();
        }

        /** Returns whether whoever wakes a waiter makes its attempt. */
        boolean tryWhereWoken() {
            return wakeUps.triesWhereWoken();
        }

        boolean isWaitedFor(LockKey key) {
            return lines.containsKey(key);
        }

        /** Stands in line, of which {@link Waiter#leave()} is the end. */
        void join(LockKey key, Waiter waiter) {
            while (!lines.computeIfAbsent(key, unused -> new Line(key, lines, wakeUps))
                    .add(waiter)) {
                // It came to its end just now.
                Thread.onSpinWait();
            }
        }

        /** Wakes all that wait, so that they see that the guard is closed. */
        void wakeAll() {
            lines.values().forEach(Line::wakeEach);
        }
    }

    WakeUps.Place place() {
        return place;
    }

    private synchronized boolean add(Waiter waiter) {
        if (over) {
            return false;
        }
        waiter.line = this;
        waiters.addLast(waiter);
        return true;
    }

    synchronized boolean isFirst(Waiter waiter) {
        return waiters.peekFirst() == waiter;
    }

    /** The next one tries at once: what woke the one before it may have been meant for it. */
    void leave(Waiter waiter) {
        Waiter next = null;
        boolean last;
        synchronized (this) {
            boolean wasFirst = waiters.peekFirst() == waiter;
            if (!waiters.remove(waiter)) {
                return;
            }
            if (wasFirst) {
                next = waiters.peekFirst();
            }
            last = waiters.isEmpty();
            if (last) {
                over = true;
                lines.remove(key, this);
            }
        }
        if (last) {
            // Not under the monitor: it may wake somebody in another guard's line.
            place.close();
        }
        if (next != null) {
            next.wake();
        }
    }

    private void wakeFirst() {
        @Nullable Waiter first;
        synchronized (this) {
            first = waiters.peekFirst();
        }
        if (first != null) {
            first.wake();
        }
    }

    private void wakeEach() {
        Waiter[] all;
        synchronized (this) {
            all = waiters.toArray(Waiter[]::new);
        }
        for (Waiter waiter : all) {
            waiter.wake();
        }
    }

    /** Somebody in line. */
    abstract static class Waiter {
        private volatile @Nullable Line line;

        /** Called when it may pay to try, or something else has changed. Must not block. */
        abstract void wake();

        final Line line() {
            Line joined = line;
            if (joined == null) {
                throw new IllegalStateException("not in line");
            }
            return joined;
        }

        final boolean isFirst() {
            return line().isFirst(this);
        }

        final void leave() {
            Line joined = line;
            if (joined != null) {
                joined.leave(this);
            }
        }
    }
}
