package io.syncguard.internal.guard;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.internal.acquire.AcquireServices;
import io.syncguard.internal.acquire.BlockingAcquisition;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A distributed lock as {@link SyncGuard#asLock(String, LockOptions)} shows it. Thread-safe. */
final class LockView implements Lock {
    /** The longest timeout that options can have. A longer wait consists of several. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final AcquireServices services;
    private final LockKey key;
    private final LockOptions options;

    /**
     * The locks that were locked and not unlocked, the oldest first. At most one lock is live; the others were lost, and the threads
     * that locked them have yet to unlock them. Also the monitor of this view, which callers cannot reach.
     */
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Thread locker, BlockingHeldLock lock) {}

    LockView(AcquireServices services, LockKey key, LockOptions options) {
        this.services = services;
        this.key = key;
        this.options = Objects.requireNonNull(options, "options");
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

    private @Nullable BlockingHeldLock takenAtOnce() {
        return new BlockingAcquisition(services, key, options).once().orElse(null);
    }

    /** Returns null if another holder had the lock for all that time. */
    private @Nullable BlockingHeldLock takenWithin(long nanos) {
        long startNanos = System.nanoTime();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - startNanos)));
            try {
                return new BlockingAcquisition(services, key, waiting(left)).waiting();
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
        Duration timeout = left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left;
        return options.withTimeout(timeout).withMaxRetries(Integer.MAX_VALUE);
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

    private void refuseReentry() {
        boolean locked;
        synchronized (entries) {
            locked = indexOf(Thread.currentThread()) >= 0;
        }
        if (locked) {
            throw LockException.invalidArgument(
                    "this thread has locked this view already and not unlocked it; the view is"
                            + " not reentrant: unlock it first, or hand on what the lock is needed for");
        }
    }

    private int indexOf(Thread locker) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).locker == locker) {
                return i;
            }
        }
        return -1;
    }

    private boolean hold(@Nullable BlockingHeldLock taken) {
        if (taken == null) {
            return false;
        }
        synchronized (entries) {
            entries.add(new Entry(Thread.currentThread(), taken));
        }
        return true;
    }

    @Override
    public void unlock() {
        BlockingHeldLock lock = takeOut();
        if (lock == null) {
            throw new IllegalMonitorStateException("nothing is locked through this view");
        }
        if (!lock.closeAndTell()) {
            throw LockException.failed(
                    LockErrorCode.LOCK_LOST,
                    LockOperation.RELEASE,
                    key.fingerprint(),
                    "the lock had ended before it was unlocked, and another holder may have had it meanwhile. Use a"
                            + " heartbeat or a longer ttl, and let the resource check a fencing token, which this view"
                            + " cannot give; see SyncGuard.call",
                    null);
        }
    }

    /**
     * Removes and returns what the calling thread has locked, or else the oldest entry: if that one was lost and another thread
     * has locked the view since, the newer lock must not be released in its place.
     */
    private @Nullable BlockingHeldLock takeOut() {
        synchronized (entries) {
            return entries.isEmpty() ? null : entries.remove(Math.max(0, indexOf(Thread.currentThread()))).lock;
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
