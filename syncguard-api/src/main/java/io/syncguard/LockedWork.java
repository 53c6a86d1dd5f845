package io.syncguard;

import org.jspecify.annotations.Nullable;

/** Work under a lock that has been taken, and what becomes of its result if the lock is lost meanwhile (HLD-6). */
final class LockedWork {
    private LockedWork() {}

    static <R extends @Nullable Object, X extends Throwable> R under(
            HeldLock lock, LossPolicy policy, LockedFunction<R, X> work) throws X {
        return policy == LossPolicy.INTERRUPT ? interruptible(lock, work) : undisturbed(lock, policy, work);
    }

    private static <R extends @Nullable Object, X extends Throwable> R undisturbed(
            HeldLock lock, LossPolicy policy, LockedFunction<R, X> work) throws X {
        boolean ended = false;
        try {
            R result = work.apply(lock);
            ended = true;
            if (!lock.closed() && policy != LossPolicy.KEEP_RESULT) {
                throw lost(lock, null);
            }
            return result;
        } finally {
            if (!ended) {
                lock.close();
            }
        }
    }

    private static <R extends @Nullable Object, X extends Throwable> R interruptible(
            HeldLock lock, LockedFunction<R, X> work) throws X {
        Interruption interruption = new Interruption();
        Throwable thrown = null;
        lock.watched().atOnce(interruption::fire);
        try {
            R result = work.apply(lock);
            boolean interrupted = interruption.end();
            if (lock.closed() && !interrupted) {
                return result;
            }
        } catch (Throwable e) {
            thrown = e;
            boolean interrupted = interruption.end();
            lock.close();
            if (!interrupted) {
                throw e;
            }
        }
        throw lost(lock, thrown);
    }

    static LockException lost(LockHandle lock, @Nullable Throwable cause) {
        return LockException.failed(
                LockErrorCode.LOCK_LOST,
                LockOperation.RELEASE,
                lock.keyFingerprint(),
                "the lock ended while the work under it went on, and somebody else may have had it; the work's result is"
                        + " withheld. Use a heartbeat or a longer ttl, and let the resource check the fence; or keep the"
                        + " result with LossPolicy.KEEP_RESULT",
                cause);
    }
}
