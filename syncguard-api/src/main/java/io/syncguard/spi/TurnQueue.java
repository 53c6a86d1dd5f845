package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.concurrent.CompletableFuture;

/**
 * A store that keeps a queue of waiting processes for each key and tells the first of them at a release. The author of a backend
 * implements this, and {@link TurnWakeUps} makes {@link WakeUps} of it. Thread-safe.
 *
 * <p>A process here is a backend. It registers itself by the attempt that finds the lock taken, in the same atomic step, so that no
 * release falls between. A release takes the first process off the queue and tells it. The author's listener
 * passes each call that it hears to {@link TurnWakeUps#ourTurn}.
 */
public interface TurnQueue {
    /**
     * Sees to it that this process soon hears of its turns for a key, and hears again whenever that broke. Called when a place is entered,
     * so repeatedly. Does not block. Exceptions are logged.
     *
     * @param stored the key as it is stored
     */
    void listen(String stored);

    /**
     * Returns whether this process hears of its turns for a key now. While it does not, its attempts are plain ones, because a process
     * that cannot be told must not be in anybody's way. Does not block.
     *
     * @param stored the key as it is stored
     */
    @CheckReturnValue
    boolean hears(String stored);

    /**
     * Tries once to acquire the lock, as {@link LockBackend#acquire} does and in one atomic step with the queue: takes this process off
     * the queue if the lock is acquired, and registers it if somebody else holds the lock. A lock that is free counts as held while
     * the process {@linkplain TurnAttempt#holdBack holds back}; an implementation may end that early once the other has had the lock.
     *
     * <p>By default waits for {@link #acquireAsync}. Never called on a thread that is interrupted, or that may not block, or after the
     * close.
     *
     * @throws LockException as {@link LockBackend#acquire}
     */
    @CheckReturnValue
    default AcquireResult acquire(TurnAttempt attempt) {
        return AsyncLockBackend.await(() -> acquireAsync(attempt), LockOperation.ACQUIRE, attempt.key()::fingerprint);
    }

    /**
     * Tries once as {@link #acquire} does, without blocking. A backend that blocks has one line for it:
     *
     * <pre>{@code
     * return async.start(LockOperation.ACQUIRE, attempt.key()::fingerprint, () -> acquire(attempt));
     * }</pre>
     *
     * @return a future that cancels the attempt when it is cancelled. An exception that the method throws fails the attempt
     */
    @CheckReturnValue
    CompletableFuture<AcquireResult> acquireAsync(TurnAttempt attempt);

    /**
     * Passes on a turn that this process was given and does not use: if the lock is free, takes the next process off the queue and tells
     * it. If the lock is held, does nothing, because its release tells the next. Does not block. Exceptions are logged.
     *
     * @param stored the key as it is stored
     * @return a future that completes when that is done
     */
    CompletableFuture<?> passOn(String stored);

    /**
     * A place was left, so a registration by it is of no use any more. Does not block. Exceptions are logged.
     *
     * <p>By default does nothing: the process stays registered until its turn comes and is passed on. An implementation that removes the
     * registration must remove that of this place only. The next place for the same key may be registered before a removal under way has
     * reached the store.
     *
     * @param stored the key as it is stored
     * @param place as in {@link TurnAttempt#place}
     * @return a future that completes when that is done
     */
    default CompletableFuture<?> leave(String stored, long place) {
        return CompletableFuture.completedFuture(null);
    }

    /** Returns what {@link WakeUps#triesWhereWoken} answers; false by default. */
    @CheckReturnValue
    default boolean triesWhereWoken() {
        return false;
    }
}
