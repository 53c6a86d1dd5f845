package io.syncguard;

import org.jspecify.annotations.Nullable;

/**
 * Work to do under a lock, with a result.
 *
 * @param <R> the result
 * @param <X> what the work may throw; inferred as {@code RuntimeException} if it throws nothing checked
 */
@FunctionalInterface
public interface LockedFunction<R extends @Nullable Object, X extends Throwable> {
    /**
     * Does the work.
     *
     * @param lock the held lock, whose fencing token goes with every write
     */
    R apply(HeldLock lock) throws X;
}
