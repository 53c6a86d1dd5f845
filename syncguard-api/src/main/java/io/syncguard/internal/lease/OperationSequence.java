package io.syncguard.internal.lease;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Operations that take effect one after another, in the order they were asked for. Thread-safe; the depth of the stack does not
 * grow with the number of operations.
 */
class OperationSequence {
    private static final AtomicIntegerFieldUpdater<OperationSequence> TURN =
            AtomicIntegerFieldUpdater.newUpdater(OperationSequence.class, "turn");

    private static final int IDLE = 0;
    private static final int UNDER_WAY = 1;
    /** An operation is under way, and there may be others in the queue. Only left under the monitor. */
    private static final int QUEUED = 2;

    private volatile int turn = IDLE;
    private @Nullable Queue<Runnable> waiting;
    private boolean draining;
    private boolean ended;

    /** Begins an operation if none is under way. {@link #end()} must follow. */
    final boolean tryBegin() {
        return TURN.compareAndSet(this, IDLE, UNDER_WAY);
    }

    /** Begins an operation in its turn, on whichever thread; {@link #end()} must follow. */
    final void begin(Runnable start) {
        if (tryBegin() || !queued(start)) {
            start.run();
        }
    }

    /** Returns whether an operation is in the queue now; otherwise it has begun. */
    private synchronized boolean queued(Runnable start) {
        // Decided by one look: the operation under way may end meanwhile.
        while (turn != QUEUED && !TURN.compareAndSet(this, UNDER_WAY, QUEUED)) {
            if (tryBegin()) {
                return false;
            }
        }
        Queue<Runnable> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>();
            waiting = queue;
        }
        queue.add(start);
        return true;
    }

    /** Ends the operation under way and begins the next. */
    final void end() {
        if (TURN.compareAndSet(this, UNDER_WAY, IDLE)) {
            return;
        }
        synchronized (this) {
            if (draining) {
                // Whoever begins the operations finds this one ended.
                ended = true;
                return;
            }
            draining = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
            if (isUnderWay()) {
                return;
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        ended = false;
        Runnable next = waiting == null ? null : waiting.poll();
        if (next == null) {
            waiting = null;
            draining = false;
            turn = IDLE;
        }
        return next;
    }

    private synchronized boolean isUnderWay() {
        if (!ended) {
            draining = false;
        }
        return !ended;
    }
}
