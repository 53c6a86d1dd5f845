package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Wakes waiters of a key when it becomes free, so that they need not poll (WAI-1). Optional: waiters of a backend without it pause
 * and retry. Thread-safe.
 *
 * <p>A wake-up is a hint. A lost one costs time and nothing else, because waiters retry now and then all the same. A needless one
 * costs an attempt. So a backend may send wake-ups over an unreliable channel.
 *
 * <p>There are two {@linkplain Level levels}, and a class for each that does what does not depend on the store: {@link TurnWakeUps}
 * where a release can tell one process, and {@link BroadcastWakeUps} where it can only tell all. Implement this interface yourself
 * only if neither fits.
 */
public interface WakeUps {
    /** Whom a release calls (WAI-8). */
    enum Level {
        /**
         * One process: the one that has waited for longest. Others are not called needlessly, and a turn that is not used is passed
         * on.
         */
        TURNS,

        /** Every process that waits for the key. Each tries once, and none depends on what another does. */
        BROADCAST
    }

    /**
     * Returns whom a release calls (WAI-8). {@link Level#TURNS} by default, which promises more: wake-ups that call everybody
     * override this. The conformance suite tests what the level promises, and the certificate tells it. Answers the same at each call,
     * also after the backend's close. Does not block.
     */
    @CheckReturnValue
    default Level level() {
        return Level.TURNS;
    }

    /**
     * Enters the queue of waiters for a key, across all processes. Each process has one place per key at a time, however many of its
     * threads wait. Does not block and throws nothing, also after the backend's close (WAI-6).
     *
     * @param wake the backend calls it, from any thread, when an attempt may succeed. It does not block, and tolerates needless calls.
     *     An exception of it must harm neither the release that caused the call nor other places (WAI-7)
     */
    @CheckReturnValue
    Place enter(LockKey key, Runnable wake);

    /**
     * Returns how long callers of this process should hold back from a key that this process has just released in favour of a waiter
     * elsewhere. Zero if there is no such release; a second at the most (WAI-3). Does not block.
     *
     * <p>During that time a new caller queues at once, and an attempt from a place leaves a free lock alone. The backend may end the
     * time early once it knows that the woken waiter has held the lock.
     */
    @CheckReturnValue
    default Duration holdBack(LockKey key) {
        return Duration.ZERO;
    }

    /**
     * Returns how long a new caller should delay its first attempt, because this process has just released the key in favour of its
     * only waiter. The attempt could not succeed before that waiter's, and would take time from it on processors and server.
     *
     * <p>Zero by default, and no longer than {@link #holdBack} (WAI-3). Each acquisition asks once. A caller that is woken meanwhile
     * tries at once. Does not block.
     */
    @CheckReturnValue
    default Duration standAside(LockKey key) {
        return Duration.ZERO;
    }

    /**
     * Returns whether {@link Place#acquireAsync} merely sends a request, without a thread of its own. If so, the thread that wakes a
     * waiting thread makes its attempt, and the waiting thread resumes with the answer. That saves two thread switches. False by
     * default. Answers the same at each call. Does not block.
     */
    @CheckReturnValue
    default boolean triesWhereWoken() {
        return false;
    }

    /** A place of a process in the queue of waiters for a key. Thread-safe. */
    interface Place extends AutoCloseable {
        /**
         * Tries once to acquire the lock, as {@link LockBackend#acquire} does, and fails as it does. If another id holds the lock, its
         * release calls the {@code wake} of this place, or of one that has waited for longer (WAI-6). While {@link
         * WakeUps#holdBack} is not zero, a free lock counts as held (WAI-3).
         *
         * @param waited how long the caller has been waiting so far
         */
        @CheckReturnValue
        AcquireResult acquire(LockId id, Ttl ttl, Duration waited);

        /** Tries once as {@link #acquire} does, without blocking, as {@link AsyncLockBackend#acquire} does. */
        @CheckReturnValue
        CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited);

        /**
         * Leaves the queue. The backend no longer calls this place. If it has called it since its last attempt, it calls the next
         * place (WAI-7). Further calls have no effect. Does not block and throws nothing.
         */
        @Override
        void close();
    }
}
