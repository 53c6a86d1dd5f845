package io.syncguard.internal.guard;

import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.ReentrantKeyLock;
import io.syncguard.SyncGuard;
import io.syncguard.internal.guard.HeldByThread.Binding;
import io.syncguard.internal.guard.HeldByThread.Hold;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A distributed lock as {@link SyncGuard#asReentrantLock(String, LockOptions)} shows it. All reentrant views of a key are alike: which
 * thread has locked it, and how often, is noted with the guard. Thread-safe.
 */
final class ReentrantView implements ReentrantKeyLock {
    private final ViewAcquisition acquisition;

    ReentrantView(ViewAcquisition acquisition) {
        this.acquisition = acquisition;
    }

    @Override
    public void lock() {
        if (!reenter()) {
            hold(acquisition.waiting());
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        tryLock(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean tryLock() {
        return reenter() || hold(acquisition.once());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it asked for the lock");
        }
        return reenter() || hold(acquisition.within(time, unit));
    }

    /**
     * Locks once more what the calling thread has locked by a reentrant view; returns false if it has not.
     *
     * @throws LockException {@code LOCK_LOST} if that lock is not certainly held any more, {@code INVALID_ARGUMENT} if the thread has the
     *     lock in a way that is not reentrant. Nothing changes then
     */
    private boolean reenter() {
        Hold hold = own();
        try {
            if (hold == null) {
                acquisition.heldByThread().requireNot(acquisition.key());
                return false;
            }
            if (!hold.lock().isHeld()) {
                throw acquisition.lost(
                        LockOperation.ACQUIRE,
                        "this thread locked the key before, and that lock has ended or may have ended, so another holder may"
                                + " have it: it cannot be locked again before it is unlocked. Unlock it as often as it was"
                                + " locked, and begin anew");
            }
        } catch (LockException e) {
            throw acquisition.refused(e);
        }
        hold.again();
        return true;
    }

    private @Nullable Hold own() {
        return acquisition.heldByThread().of(acquisition.key(), Binding.REENTRANT_VIEW);
    }

    private boolean hold(@Nullable BlockingHeldLock taken) {
        if (taken == null) {
            return false;
        }
        acquisition.heldByThread().add(taken, Binding.REENTRANT_VIEW);
        return true;
    }

    @Override
    public void unlock() {
        Hold hold = required();
        if (hold.isLast()) {
            acquisition.heldByThread().remove(hold);
            acquisition.release(hold.lock());
        }
    }

    private Hold required() {
        Hold hold = own();
        if (hold == null) {
            throw ViewAcquisition.notLocked();
        }
        return hold;
    }

    @Override
    public boolean isHeldByCurrentThread() {
        return own() != null;
    }

    @Override
    public int holdCount() {
        Hold hold = own();
        return hold == null ? 0 : hold.count();
    }

    @Override
    public HeldLock heldLock() {
        return required().lock();
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    /** Returns the fingerprint of the key and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "ReentrantView[key=" + acquisition.key().fingerprint() + "]";
    }
}
