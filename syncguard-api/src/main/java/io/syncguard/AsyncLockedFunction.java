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
     * Begins the work and returns a stage that completes when the work is done. The lock is kept until then. Runs on the thread
     * that read the server's answer, which it must not block.
     *
     * @param lock the held lock, whose fencing token goes with every write
     * @throws Exception has the same effect as a stage that fails with it
     */
    CompletionStage<R> apply(AsyncHeldLock lock) throws Exception;
}
