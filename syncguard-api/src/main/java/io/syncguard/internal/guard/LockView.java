package io.syncguard.internal.guard;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.internal.acquire.BlockingAcquisition;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A distributed lock as {@link SyncGuard#asLock(String, LockOptions)} shows it. All views of a key are alike: which thread has locked
 * it is noted with the guard. Thread-safe.
 */
final class LockView implements Lock {
    /** The longest timeout that options can have. A longer wait consists of several. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final OpenGuard open;
    private final LockKey key;
    private final LockOptions options;

    LockView(OpenGuard open, LockKey key, LockOptions options) {
        this.open = open;
        this.key = key;
        this.options = options;
        BlockingAcquisition.check(options);
    }

    @Override
    public void lock() {
        refuseReentry();
        hold(uninterruptibly(() -> takenWithin(Long.MAX_VALUE)));
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        tryLock(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean tryLock() {
        refuseReentry();
        return hold(uninterruptibly(this::takenAtOnce));
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        refuseReentry();
        long nanos = unit.toNanos(time);
        try {
            return hold(nanos <= 0 ? takenAtOnce() : takenWithin(nanos));
        } catch (LockException e) {
            if (isInterrupt(e)) {
                InterruptedException interrupted = new InterruptedException("interrupted while it waited for the lock");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private void refuseReentry() {
        try {
            open.heldByThread().requireNot(key);
        } catch (LockException e) {
            throw open.refused(LockOperation.ACQUIRE, key, e);
        }
    }

    private @Nullable BlockingHeldLock takenAtOnce() {
        return new BlockingAcquisition(open.acquire(), key, options).once().orElse(null);
    }

    /** Returns null if another holder had the lock for all that time. */
    private @Nullable BlockingHeldLock takenWithin(long nanos) {
        long startNanos = open.clock().nanoTime();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, nanos - (open.clock().nanoTime() - startNanos)));
            try {
                return new BlockingAcquisition(open.acquire(), key, waiting(left)).waiting();
            } catch (LockException e) {
                if (e.code() != LockErrorCode.ACQUISITION_TIMEOUT) {
                    throw e;
                }
                if (left.compareTo(LONGEST_WAIT) <= 0) {
                    return null;
                }
            }
        }
    }

    private LockOptions waiting(Duration left) {
        return options.withTimeout(left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left);
    }

    /** Repeats a call that an interrupt ended, and sets the interrupt flag again at the end. */
    private static @Nullable BlockingHeldLock uninterruptibly(Supplier<@Nullable BlockingHeldLock> call) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return call.get();
                } catch (LockException e) {
                    if (!isInterrupt(e)) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns whether an interrupt ended a call, and clears it. A closed guard fails alike and leaves no interrupt. */
    private static boolean isInterrupt(LockException e) {
        return e.code() == LockErrorCode.ABORTED && Thread.interrupted();
    }

    private boolean hold(@Nullable BlockingHeldLock taken) {
        if (taken == null) {
            return false;
        }
        open.heldByThread().add(taken, true);
        return true;
    }

    @Override
    public void unlock() {
        BlockingHeldLock lock = open.heldByThread().takeViewed(key);
        if (lock == null) {
            throw new IllegalMonitorStateException(
                    "the calling thread has not locked this; only the thread that did may"
                            + " unlock it. To release a lock on another thread, use SyncGuard.acquire, whose handle is bound to none");
        }
        if (!lock.closeAndTell()) {
            throw LockException.failed(
                            LockErrorCode.LOCK_LOST,
                            LockOperation.RELEASE,
                            key.fingerprint(),
                            "the lock had ended before it was unlocked, and another holder may have had it meanwhile. Use a"
                                    + " heartbeat or a longer ttl, and let the resource check a fencing token, which this"
                                    + " view cannot give; see SyncGuard.call",
                            null)
                    .about(options.name().orElse(null), key.fingerprint());
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    /** Returns the fingerprint of the key and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "LockView[key=" + key.fingerprint() + "]";
    }
}
