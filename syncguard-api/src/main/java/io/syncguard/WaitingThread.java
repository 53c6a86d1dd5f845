package io.syncguard;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A thread in line. While it waits as the first, whoever wakes it may start its attempt, and it stays parked until the
 * answer is there. Confined to it but for {@link #wake()}.
 */
final class WaitingThread extends Line.Waiter {
    private final Thread thread = Thread.currentThread();
    private final Function<WaitingThread, Optional<StartedAttempt>> starter;
    private volatile boolean woken;
    private boolean waits;
    private volatile @Nullable StartedAttempt started;

    /**
     * Creates one of the calling thread.
     *
     * @param starter starts an attempt, without blocking, if that is possible
     */
    WaitingThread(Function<WaitingThread, Optional<StartedAttempt>> starter) {
        this.starter = starter;
    }

    @Override
    void wake() {
        StartedAttempt attempt = isFirst() ? start() : null;
        if (attempt == null) {
            woken = true;
            LockSupport.unpark(thread);
        } else {
            attempt.answer().whenComplete((result, failure) -> LockSupport.unpark(thread));
        }
    }

    /** Not while it tries by itself, or another attempt is under way: the wake-up may be meant for one after that. */
    private synchronized @Nullable StartedAttempt start() {
        if (!waits || started != null) {
            return null;
        }
        StartedAttempt attempt = starter.apply(this).orElse(null);
        started = attempt;
        return attempt;
    }

    /**
     * Waits until it is woken, also if that was since the last call, or the time is over. If there is a {@linkplain
     * #takeStarted() started attempt} then, that is to be seen to first.
     *
     * @return whether it was woken, or there is a started attempt
     * @throws InterruptedException if the thread was interrupted, and there is no started attempt; the flag is cleared
     */
    boolean await(long nanos) throws InterruptedException {
        startable(true);
        boolean interrupted;
        try {
            interrupted = park(System.nanoTime() + nanos);
        } finally {
            startable(false);
        }
        if (started != null) {
            if (interrupted) {
                thread.interrupt();
            }
            return true;
        }
        if (interrupted) {
            throw new InterruptedException();
        }
        boolean wasWoken = woken;
        woken = false;
        return wasWoken;
    }

    /** Returns whether the end of it was an interrupt. */
    private boolean park(long endNanos) {
        while (!isReady()) {
            if (Thread.interrupted()) {
                return true;
            }
            long left = endNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        return false;
    }

    private boolean isReady() {
        StartedAttempt attempt = started;
        return attempt == null ? woken : attempt.answer().isDone();
    }

    private synchronized void startable(boolean now) {
        waits = now;
    }

    boolean hasStarted() {
        return started != null;
    }

    /** Returns the attempt that was started while it waited, once. */
    Optional<StartedAttempt> takeStarted() {
        Optional<StartedAttempt> taken = Optional.ofNullable(started);
        started = null;
        return taken;
    }
}
