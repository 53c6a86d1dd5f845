package io.syncguard.internal.guard;

import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.internal.guard.HeldByThread.Binding;
import io.syncguard.internal.guard.HeldByThread.Hold;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A distributed lock as {@link SyncGuard#asLock(String, LockOptions)} shows it. All views of a key are alike: which thread has locked
 * it is noted with the guard. Thread-safe.
 */
final class LockView implements Lock {
    private final ViewAcquisition acquisition;

    LockView(ViewAcquisition acquisition) {
        this.acquisition = acquisition;
    }

    @Override
    public void lock() {
        refuseReentry();
        hold(acquisition.waiting());
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        tryLock(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean tryLock() {
        refuseReentry();
        return hold(acquisition.once());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        refuseReentry();
        return hold(acquisition.within(time, unit));
    }

    private void refuseReentry() {
        try {
            acquisition.heldByThread().requireNot(acquisition.key());
        } catch (LockException e) {
            throw acquisition.refused(e);
        }
    }

    private boolean hold(@Nullable BlockingHeldLock taken) {
        if (taken == null) {
            return false;
        }
        acquisition.heldByThread().add(taken, Binding.VIEW);
        return true;
    }

    @Override
    public void unlock() {
        Hold hold = acquisition.heldByThread().of(acquisition.key(), Binding.VIEW);
        if (hold == null) {
            throw ViewAcquisition.notLocked();
        }
        acquisition.heldByThread().remove(hold);
        acquisition.release(hold.lock());
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    /** Returns the fingerprint of the key and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "LockView[key=" + acquisition.key().fingerprint() + "]";
    }
}
