package io.syncguard;

/**
 * Work to do under a lock, without a result.
 *
 * @param <X> what the work may throw; inferred as {@code RuntimeException} if it throws nothing checked
 */
@FunctionalInterface
public interface LockedRunnable<X extends Throwable> {
    /** Does the work. */
    void run() throws X;
}
