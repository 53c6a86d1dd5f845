package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How a backend wakes those that wait for a key when it becomes free, so that they need not poll (WAI-1). Optional:
 * without it waiters pause and try again. Thread-safe.
 *
 * <p>A wake-up is a hint. One that is lost costs time and nothing else, because a waiter tries now and then all the same;
 * one too many costs an attempt. So a backend may send them by a channel that is not reliable.
 */
public interface WakeUps {
    /**
     * Takes a place among those that wait for a key, elsewhere and here: each process has one place for a key at a time,
     * however many of its threads wait. Does not block and throws nothing, after the backend's close neither (WAI-6).
     *
     * @param wake to be called, from any thread, when it may pay to try; it does not block, and may be called too often.
     *     What it throws must harm neither the release that it was called for nor other places (WAI-7)
     */
    @CheckReturnValue
    Place enter(LockKey key, Runnable wake);

    /**
     * Returns for how long those here should hold back, because the key was just released here in favour of somebody who
     * waits elsewhere; zero if there is no reason to, and a second at the most (WAI-3). Who comes anew in that time waits in
     * line at once, and a place that tries leaves a free lock alone, unless the backend knows that the one that was woken has had
     * it since. Does not block.
     */
    @CheckReturnValue
    default Duration holdBack(LockKey key) {
        return Duration.ZERO;
    }

    /**
     * Returns for how long who comes anew should not even ask, because the key was just released here in favour of the only
     * one that waits: an attempt would cost him time on the processors and the server, and could not succeed before him.
     * Zero by default, and no longer than {@link #holdBack} (WAI-3). Asked once by each acquisition; who is woken meanwhile tries
     * at once. Does not block.
     */
    @CheckReturnValue
    default Duration standAside(LockKey key) {
        return Duration.ZERO;
    }

    /**
     * Returns whether {@link Place#acquireAsync} only sends a request, on no thread of its own. Then whoever wakes a thread
     * that waits makes its attempt on the spot, and the thread need not come to life before the answer is there; two changes
     * of thread fewer. False by default, and always the same. Does not block.
     */
    @CheckReturnValue
    default boolean triesWhereWoken() {
        return false;
    }

    /** A process's place among those that wait for a key. Thread-safe. */
    interface Place extends AutoCloseable {
        /**
         * Tries as {@link LockBackend#acquire} does, and fails as it does. If somebody else has the lock, its release
         * calls the place's {@code wake}, or that of a place that has waited for longer (WAI-6). While {@link
         * WakeUps#holdBack} is not zero, a free lock counts as taken until then (WAI-3).
         *
         * @param waited how long the caller has been waiting
         */
        @CheckReturnValue
        AcquireResult acquire(LockId id, Ttl ttl, Duration waited);

        /** The same as {@link AsyncLockBackend#acquire} does it. */
        @CheckReturnValue
        CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited);

        /**
         * Leaves the place, which is called no more. If it was called and has not tried since, the next one is (WAI-7). May
         * be called again, to no effect. Does not block and throws nothing.
         */
        @Override
        void close();
    }
}
