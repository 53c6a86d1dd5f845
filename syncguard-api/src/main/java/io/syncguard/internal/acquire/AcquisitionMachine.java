package io.syncguard.internal.acquire;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one acquisition does next: what has happened comes in, the next step comes out. Pure: it has no thread and no
 * clock, and is not thread-safe. A blocked thread drives it on one side, a timer and an executor on the other.
 *
 * <p>A caller tries, and while others have the lock it either pauses between attempts or, where the backend wakes waiters, joins
 * the queue of its guard. In the queue only the first waiter tries: when it is woken, and now and then by itself.
 */
final class AcquisitionMachine {
    /** What to do next. */
    enum Step {
        /** Make an attempt, and report how it ended. */
        TRY,
        /** Join the queue, and report whether this waiter is the first. */
        JOIN_QUEUE,
        /** Wait for {@link #waitNanos()}, or until woken, and report which. */
        WAIT,
        /** End with {@link #reason()}. */
        GIVE_UP
    }

    private final WaitBudget budget;
    private final Backoff backoff;
    private final boolean queues;
    private boolean queued;
    private boolean mayStandAside = true;

    /** Whether the end of this wait means a retry that no wake-up asked for. */
    private boolean retryAfterWait;

    private long fallbackNanos;
    private long waitNanos;
    private @Nullable String reason;

    /**
     * @param queues whether the backend wakes waiters
     */
    AcquisitionMachine(WaitBudget budget, Backoff backoff, boolean queues) {
        this.budget = budget;
        this.backoff = backoff;
        this.queues = queues;
    }

    /**
     * Returns the first step.
     *
     * @param othersFirst whether others came earlier, here or elsewhere
     */
    Step begin(boolean othersFirst) {
        return queues && othersFirst && !budget.isOneAttempt() ? joinQueue() : Step.TRY;
    }

    private Step joinQueue() {
        queued = true;
        return Step.JOIN_QUEUE;
    }

    /**
     * An attempt found the lock taken.
     *
     * @param freeInNanos when the holder's lock ends at the latest; negative if that is not known
     * @param heldBackNanos for how long the lock is left to a waiter elsewhere
     */
    Step contended(long nowNanos, long freeInNanos, long heldBackNanos) {
        long left = budget.leftNanos(nowNanos);
        if (left <= 0) {
            return giveUp(budget.timeIsOver());
        }
        if (!queued) {
            if (!budget.takeRetry()) {
                return giveUp(budget.noRetryIsLeft());
            }
            return queues ? joinQueue() : waitFor(soonest(left, backoff.nextNanos(), freeInNanos), false);
        }
        if (heldBackNanos > 0) {
            return waitFor(Math.min(heldBackNanos, left), false);
        }
        if (fallbackNanos == 0) {
            fallbackNanos = backoff.nextNanos();
        }
        return waitFor(soonest(left, fallbackNanos, freeInNanos), true);
    }

    private static long soonest(long left, long pause, long freeIn) {
        long soonest = Math.min(left, pause);
        return freeIn < 0 ? soonest : Math.min(soonest, freeIn + 1);
    }

    /** Returns whether the next step may depend on {@code asideNanos}, which is worth asking for then only. */
    boolean mayStandAside() {
        return mayStandAside;
    }

    /**
     * This waiter has joined the queue, or was woken in it.
     *
     * @param first whether it is the first in the queue
     * @param asideNanos for how long it does not ask at all, in favour of a waiter elsewhere
     */
    Step woken(long nowNanos, boolean first, long asideNanos) {
        if (!queued) {
            return Step.TRY;
        }
        if (first && !mayStandAside) {
            return Step.TRY;
        }
        long left = budget.leftNanos(nowNanos);
        if (!first) {
            return left <= 0 ? giveUp(budget.timeIsOver()) : waitFor(left, false);
        }
        mayStandAside = false;
        if (asideNanos <= 0) {
            return Step.TRY;
        }
        return left <= 0 ? giveUp(budget.timeIsOver()) : waitFor(Math.min(asideNanos, left), false);
    }

    /** A wait has come to its end, and nothing woke the waiter. */
    Step elapsed(long nowNanos, boolean first, long asideNanos) {
        if (retryAfterWait) {
            fallbackNanos = 0;
            if (!budget.takeRetry()) {
                return giveUp(budget.noRetryIsLeft());
            }
        }
        return woken(nowNanos, first, asideNanos);
    }

    /** An attempt was made for this waiter by the thread that woke it: it asks others no more whether to stand aside. */
    void triedForIt() {
        mayStandAside = false;
    }

    private Step waitFor(long nanos, boolean retryAfterwards) {
        waitNanos = nanos;
        retryAfterWait = retryAfterwards;
        return Step.WAIT;
    }

    private Step giveUp(String why) {
        reason = why;
        return Step.GIVE_UP;
    }

    long waitNanos() {
        return waitNanos;
    }

    /** Returns for how long the acquisition has gone on. */
    Duration waited(long nowNanos) {
        return Duration.ofNanos(budget.waitedNanos(nowNanos));
    }

    /** Returns why the acquisition gave up. */
    String reason() {
        return Objects.requireNonNull(reason, "did not give up");
    }
}
