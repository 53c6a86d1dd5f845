package io.syncguard.redis.common;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Who waits for a key in this process: how he is called, and whether he has tried since. Thread-safe. */
final class Waiter {
    private static final Logger LOGGER = System.getLogger(Waiter.class.getName());

    private final Runnable wake;
    private final Supplier<String> fingerprint;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong heeded = new AtomicLong();

    /**
     * Creates somebody who was not called yet.
     *
     * @param fingerprint what stands for the key in messages
     */
    Waiter(Runnable wake, Supplier<String> fingerprint) {
        this.wake = wake;
        this.fingerprint = fingerprint;
    }

    /** Calls him. What that throws is logged: whoever calls has other things to do. */
    void call() {
        calls.incrementAndGet();
        try {
            wake.run();
        } catch (Exception | Error e) {
            LOGGER.log(Level.WARNING, () -> "lock " + fingerprint.get() + ": calling one who waits for it failed", e);
        }
    }

    /** Returns how often he was called so far. */
    long calls() {
        return calls.get();
    }

    /**
     * Takes note that an attempt was answered.
     *
     * @param callsBefore how often he had been called when he made it
     */
    void answered(AcquireResult result, long callsBefore) {
        heeded.set(result instanceof Acquired ? calls.get() : callsBefore);
    }

    /** Returns whether a call of his came to nothing; once. */
    boolean leavesTurn() {
        long all = calls.get();
        return heeded.getAndSet(all) != all;
    }
}
