package io.syncguard.internal.guard;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import io.syncguard.LockedFunction;
import io.syncguard.LossPolicy;
import io.syncguard.internal.lease.BlockingHeldLock;
import io.syncguard.internal.observe.RunningHold;
import org.jspecify.annotations.Nullable;

/** Work under a lock, and what becomes of its result if the lock is lost meanwhile (HLD-6). */
final class LockedWork {
    private LockedWork() {}

    static <R extends @Nullable Object, X extends Throwable> R under(
            BlockingHeldLock lock, LossPolicy policy, LockedFunction<R, X> work) throws X {
        LockedFunction<R, X> observed = observed(lock, work);
        return policy == LossPolicy.INTERRUPT ? interruptible(lock, observed) : undisturbed(lock, policy, observed);
    }

    private static <R extends @Nullable Object, X extends Throwable> LockedFunction<R, X> observed(
            BlockingHeldLock lock, LockedFunction<R, X> work) {
        RunningHold hold = lock.observed();
        if (hold == null) {
            return work;
        }
        return held -> {
            LockObserver.Scope scope = hold.workBegins();
            try {
                return work.apply(held);
            } finally {
                scope.close();
            }
        };
    }

    private static <R extends @Nullable Object, X extends Throwable> R undisturbed(
            BlockingHeldLock lock, LossPolicy policy, LockedFunction<R, X> work) throws X {
        R result;
        try {
            result = work.apply(lock);
        } catch (Throwable e) {
            closeAfter(e, lock, policy);
            throw e;
        }
        if (!lock.closeAndTell() && policy != LossPolicy.KEEP_RESULT) {
            throw lost(lock, null);
        }
        return result;
    }

    private static <R extends @Nullable Object, X extends Throwable> R interruptible(
            BlockingHeldLock lock, LockedFunction<R, X> work) throws X {
        Interruption interruption = new Interruption();
        Throwable thrown = null;
        lock.immediatelyOnLoss(interruption::fire);
        try {
            R result = work.apply(lock);
            boolean interrupted = interruption.end();
            if (lock.closeAndTell() && !interrupted) {
                return result;
            }
        } catch (Throwable e) {
            thrown = e;
            if (!interruption.end()) {
                closeAfter(e, lock, LossPolicy.INTERRUPT);
                throw e;
            }
            lock.close();
        }
        throw lost(lock, thrown);
    }

    /** Closes the lock of work that failed. The work's exception takes precedence, and carries a loss of the lock as suppressed. */
    private static void closeAfter(Throwable thrown, BlockingHeldLock lock, LossPolicy policy) {
        if (!lock.closeAndTell() && policy != LossPolicy.KEEP_RESULT) {
            thrown.addSuppressed(lost(lock, null));
        }
    }

    static LockException lost(LockHandle lock, @Nullable Throwable cause) {
        return LockException.failed(
                        LockErrorCode.LOCK_LOST,
                        LockOperation.RELEASE,
                        lock.keyFingerprint(),
                        "the lock was lost during the work, and another holder may have had it; the result of the work is"
                                + " withheld. The listener says why it was lost. Let the resource check the fencing token, or"
                                + " keep the result with LossPolicy.KEEP_RESULT; if the work outlasts the ttl, use a heartbeat",
                        cause)
                .about(lock.name().orElse(null), lock.keyFingerprint());
    }
}
