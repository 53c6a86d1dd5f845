package io.syncguard.spi;

import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult.Acquired;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/** Calls the waiter of one place, and knows whether an attempt has answered each call since. Thread-safe. */
final class CalledWaiter {
    private static final Logger LOGGER = System.getLogger(CalledWaiter.class.getName());

    private final LockKey key;
    private final Runnable wake;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong heeded = new AtomicLong();
    private volatile boolean left;

    CalledWaiter(LockKey key, Runnable wake) {
        this.key = key;
        this.wake = wake;
    }

    /** Calls the waiter, unless it has left. Logs what that throws: the caller has other things to do. */
    void call() {
        calls.incrementAndGet();
        if (left) {
            return;
        }
        try {
            wake.run();
        } catch (Exception | Error e) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "lock " + key.fingerprint()
                            + ": waking a waiter threw an exception, which is a defect; the waiter tries again by itself",
                    e);
        }
    }

    /** Returns how often the waiter was called so far. */
    long calls() {
        return calls.get();
    }

    /**
     * Notes the answer of an attempt. One that found the lock taken has used the calls before it and no others: a call that came
     * meanwhile may be for a release after it.
     *
     * @param callsBefore how often the waiter had been called when the attempt began
     */
    void answered(AcquireResult result, long callsBefore) {
        heed(result instanceof Acquired ? calls.get() : callsBefore);
    }

    /** Has the waiter leave. Returns false if it had left before. */
    synchronized boolean leave() {
        boolean first = !left;
        left = true;
        return first;
    }

    boolean hasLeft() {
        return left;
    }

    /** Returns whether a call has come to nothing. Answers true once for it. */
    boolean leavesTurn() {
        long all = calls.get();
        return heed(all) < all;
    }

    /** Notes that so many calls are settled, unless more are already. Returns how many were. */
    private long heed(long settled) {
        return heeded.getAndAccumulate(settled, Math::max);
    }
}
