package io.syncguard;

/**
 * Work to do under a lock, which receives the lock and has no result.
 *
 * @param <X> what the work may throw; inferred as {@code RuntimeException} if it throws nothing checked
 */
@FunctionalInterface
public interface LockedConsumer<X extends Throwable> {
    /**
     * Does the work.
     *
     * @param lock the held lock, whose fencing token goes with every write
     */
    void accept(HeldLock lock) throws X;
}
