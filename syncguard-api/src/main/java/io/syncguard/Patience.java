package io.syncguard;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;

/**
 * How long one acquisition goes on: what is left of its retries and its timeout, and the pauses between attempts. Time
 * is counted monotonically. Confined to one acquisition.
 */
final class Patience {
    private final LockKey key;
    private final LockOptions options;
    private final Backoff backoff = new Backoff();
    private final long firstNanos;
    private int retries;
    private long fallbackNanos;

    /**
     * @param firstNanos when the acquisition began, by {@link System#nanoTime()}
     */
    Patience(LockKey key, LockOptions options, long firstNanos) {
        this.key = key;
        this.options = options;
        this.firstNanos = firstNanos;
    }

    /**
     * Returns how many nanoseconds to pause until the next attempt: no longer than until the present holder's lock
     * ends, if that is known, and no longer than until the timeout is over, at which there is one last attempt.
     *
     * @throws LockException {@code ACQUISITION_TIMEOUT} if there is to be none
     */
    long pauseNanosAfter(Contended contended) {
        long leftNanos = options.timeout().toNanos() - (System.nanoTime() - firstNanos);
        if (leftNanos <= 0) {
            throw gaveUp("it stayed taken for " + options.timeout());
        }
        retry();
        long nextNanos = Math.min(leftNanos, backoff.nextNanos());
        return contended
                .freeIn()
                .map(freeIn -> Math.min(nextNanos, freeIn.toNanos() + 1))
                .orElse(nextNanos);
    }

    /** Returns how long it has been so far. */
    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - firstNanos);
    }

    /**
     * Returns how many nanoseconds are left to stand in line.
     *
     * @throws LockException {@code ACQUISITION_TIMEOUT} if none are
     */
    long leftNanosOrGiveUp() {
        long leftNanos = options.timeout().toNanos() - (System.nanoTime() - firstNanos);
        if (leftNanos <= 0) {
            throw gaveUp("it stayed taken for " + options.timeout());
        }
        return leftNanos;
    }

    /**
     * Returns how many nanoseconds the first in line waits to be woken before it tries by itself.
     *
     * @throws LockException {@code ACQUISITION_TIMEOUT} if it is not to
     */
    long fallbackNanosAfter(Contended contended) {
        if (fallbackNanos == 0) {
            fallbackNanos = backoff.nextNanos();
        }
        long leftNanos = Math.min(leftNanosOrGiveUp(), fallbackNanos);
        return contended
                .freeIn()
                .map(freeIn -> Math.min(leftNanos, freeIn.toNanos() + 1))
                .orElse(leftNanos);
    }

    /**
     * Takes note that the next attempt is a retry, which nobody asked for.
     *
     * @throws LockException {@code ACQUISITION_TIMEOUT} if there is to be none
     */
    void retry() {
        if (retries >= options.maxRetries()) {
            throw gaveUp("it stayed taken over " + (retries + 1) + " attempts; raise maxRetries to use the whole "
                    + options.timeout());
        }
        retries++;
        fallbackNanos = 0;
    }

    private LockException gaveUp(String why) {
        return LockException.failed(
                LockErrorCode.ACQUISITION_TIMEOUT, LockOperation.ACQUIRE, key.fingerprint(), why, null);
    }
}
