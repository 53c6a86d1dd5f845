package io.syncguard.internal.acquire;

import io.syncguard.LockOptions;
import java.time.Duration;

/** What is left of the time and the retries of one acquisition. Pure: the present comes in. Not thread-safe. */
final class WaitBudget {
    private static final String ONE_ATTEMPT =
            "another holder has the lock, and the options allow one attempt; leave timeout and maxRetries above zero to wait for it";

    private final Duration timeout;
    private final long beganNanos;
    private final int maxRetries;
    private int retries;

    /**
     * @param beganNanos when the acquisition began
     */
    WaitBudget(LockOptions options, long beganNanos) {
        this.timeout = options.timeout();
        this.beganNanos = beganNanos;
        this.maxRetries = options.maxRetries();
    }

    long waitedNanos(long nowNanos) {
        return nowNanos - beganNanos;
    }

    long leftNanos(long nowNanos) {
        return timeout.toNanos() - waitedNanos(nowNanos);
    }

    /** Takes a retry, or returns false because none is left. */
    boolean takeRetry() {
        if (retries >= maxRetries) {
            return false;
        }
        retries++;
        return true;
    }

    boolean isOneAttempt() {
        return timeout.isZero() || maxRetries == 0;
    }

    String timeIsOver() {
        return timeout.isZero()
                ? ONE_ATTEMPT
                : "another holder had the lock for the whole timeout of " + timeout
                        + "; set a longer timeout, or use tryRun or tryCall to skip the work";
    }

    String noRetryIsLeft() {
        return maxRetries == 0
                ? ONE_ATTEMPT
                : "another holder had the lock at each of " + (retries + 1)
                        + " attempts; raise maxRetries, or set a timeout alone, to wait for longer";
    }
}
