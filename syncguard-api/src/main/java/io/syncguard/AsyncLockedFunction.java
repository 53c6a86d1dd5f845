package io.syncguard;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous work to do under a lock.
 *
 * @param <R> the result
 */
@FunctionalInterface
public interface AsyncLockedFunction<R extends @Nullable Object> {
    /**
     * Begins the work and returns a stage that is complete when the work is done; until then the lock is kept. Runs on
     * the thread that learnt of the lock, which must not be blocked.
     *
     * @param lock the held lock; its fence is to go with every write
     * @throws Exception instead of a stage that fails
     */
    CompletionStage<R> apply(AsyncHeldLock lock) throws Exception;
}
