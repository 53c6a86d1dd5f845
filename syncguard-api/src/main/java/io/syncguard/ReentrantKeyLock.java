package io.syncguard;

import java.util.concurrent.locks.Lock;

/**
 * The lock of a key as a reentrant {@link Lock}, made by {@link SyncGuard#asReentrantLock(String, LockOptions)}, which says how each
 * method of {@code Lock} behaves. Thread-safe. No method of this interface itself blocks or asks the server (HLD-12).
 */
public interface ReentrantKeyLock extends Lock {

    /**
     * Returns whether the calling thread has locked this key more often than it has unlocked it. Says nothing about whether the lock was
     * lost meanwhile: such a lock has to be unlocked too. {@code heldLock().isHeld()} tells whether it is certainly held.
     */
    boolean isHeldByCurrentThread();

    /** Returns how often the calling thread must unlock this key until it has it no more; 0 if it has not locked it. */
    int holdCount();

    /**
     * Returns the lock that the calling thread has, with its fencing token and its notice of a loss. Other threads may use the result. It
     * is one lock from the first {@code lock()} to the last {@code unlock()}. Leave the release to {@code unlock()}: after
     * {@code release()} or {@code close()} of the result, this can be unlocked but not locked again until then.
     *
     * @throws IllegalMonitorStateException if the calling thread has not locked this key
     */
    @CheckReturnValue
    HeldLock heldLock();
}
