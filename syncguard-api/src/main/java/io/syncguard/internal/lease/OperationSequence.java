package io.syncguard.internal.lease;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Operations that take effect one after another, in the order they were asked for. Thread-safe; the depth of the stack does not
 * grow with the number of operations.
 */
class OperationSequence {
    private @Nullable Queue<Runnable> waiting;
    private boolean busy;
    private boolean draining;
    private boolean ended;

    /** Begins an operation if none is under way. {@link #end()} must follow. */
    final synchronized boolean tryBegin() {
        if (busy) {
            return false;
        }
        busy = true;
        return true;
    }

    /** Begins an operation in its turn, on whichever thread; {@link #end()} must follow. */
    final void begin(Runnable start) {
        synchronized (this) {
            if (busy) {
                Queue<Runnable> queue = waiting;
                if (queue == null) {
                    queue = new ArrayDeque<>();
                    waiting = queue;
                }
                queue.add(start);
                return;
            }
            busy = true;
        }
        start.run();
    }

    /** Ends the operation under way and begins the next. */
    final void end() {
        synchronized (this) {
            if (draining) {
                // Whoever begins the operations finds this one ended.
                ended = true;
                return;
            }
            if (waiting == null) {
                busy = false;
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
            busy = false;
            draining = false;
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
