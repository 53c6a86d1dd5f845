package io.syncguard;

import io.syncguard.spi.AcquireResult.Contended;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An asynchronous acquisition in line, which parks no thread. Its steps never overlap. Thread-safe. */
final class WaitingFuture extends Line.Waiter {
    private final AsyncAcquisition<?> acquisition;
    private final Patience patience;
    private final Line.All lines;
    private final LockKey key;
    private final Executor waker;
    private @Nullable Pause pause;
    private boolean attempting;
    private boolean woken;

    private volatile boolean mayStandAside = true;

    /** How long the attempt under way holds back; only one is at a time. */
    private volatile long heldBackNanos;

    /**
     * Creates one that is not in line yet.
     *
     * @param waker makes the attempt that a wake-up is followed by
     */
    WaitingFuture(AsyncAcquisition<?> acquisition, Patience patience, Line.All lines, LockKey key, Executor waker) {
        this.acquisition = acquisition;
        this.patience = patience;
        this.lines = lines;
        this.key = key;
        this.waker = waker;
    }

    /** Begins once it stands in line. */
    void begin() {
        step(false);
    }

    @Override
    void wake() {
        waker.execute(() -> step(false));
    }

    /** Called when its attempt was in vain. */
    void contended(Contended contended) {
        boolean again;
        synchronized (this) {
            attempting = false;
            again = woken;
            woken = false;
        }
        if (again) {
            wake();
        } else if (heldBackNanos > 0) {
            guarded(() -> pause(Math.min(heldBackNanos, patience.leftNanosOrGiveUp()), false));
        } else {
            guarded(() -> pause(patience.fallbackNanosAfter(contended), true));
        }
    }

    private void step(boolean retry) {
        if (acquisition.isDone()) {
            return;
        }
        guarded(() -> {
            boolean first = isFirst();
            // Not under the monitor: the backend may have one of its own, and wake us under it.
            long asideNanos = first && mayStandAside ? lines.standAsideNanos(key) : 0;
            synchronized (this) {
                if (attempting) {
                    woken |= !retry;
                    return;
                }
                if (first) {
                    asideNanos = mayStandAside ? asideNanos : 0;
                    mayStandAside = false;
                    attempting = asideNanos <= 0;
                }
            }
            if (!first) {
                pause(patience.leftNanosOrGiveUp(), false);
                return;
            }
            if (asideNanos > 0) {
                pause(Math.min(asideNanos, patience.leftNanosOrGiveUp()), retry);
                return;
            }
            dropPause();
            if (retry) {
                patience.retry();
            }
            heldBackNanos = lines.holdBackNanos(key);
            acquisition.attempt(line().place(), patience.waited());
        });
    }

    /** What has no patience left ends the acquisition. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (LockException gaveUp) {
            acquisition.completeExceptionally(gaveUp);
        }
    }

    private void pause(long nanos, boolean retryAfter) {
        Pause next = new Pause(() -> step(retryAfter));
        dropPause();
        synchronized (this) {
            pause = next;
        }
        next.start(Math.max(nanos, TimeUnit.MICROSECONDS.toNanos(1)));
    }

    private void dropPause() {
        Pause last;
        synchronized (this) {
            last = pause;
            pause = null;
        }
        if (last != null) {
            last.cancel(false);
        }
    }

    /** Leaves, and drops what it waited for. */
    void end() {
        dropPause();
        leave();
    }
}
