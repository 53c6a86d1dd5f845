package io.syncguard;

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
final class GuardedLock implements Lock {
    /** As long as options can say; waits beyond are put together of several. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final SyncGuard guard;
    private final LockKey key;
    private final LockOptions options;

    /**
     * What has been locked and not unlocked, the oldest first. One at most is live: where there are others, they were lost,
     * and those who locked them will come to unlock them.
     */
    private final List<Holding> holdings = new ArrayList<>();

    private record Holding(Thread locker, HeldLock lock) {}

    GuardedLock(SyncGuard guard, String key, LockOptions options) {
        this.guard = guard;
        this.key = LockKey.of(key);
        this.options = Objects.requireNonNull(options, "options");
        options.checkedTtl();
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
                InterruptedException interrupted = new InterruptedException("interrupted while it wanted the lock");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private @Nullable HeldLock takenAtOnce() {
        return guard.tryAcquire(key.value(), options).orElse(null);
    }

    /** Returns null if the lock stayed taken for so long. */
    private @Nullable HeldLock takenWithin(long nanos) {
        long startNanos = System.nanoTime();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - startNanos)));
            try {
                return guard.acquire(key.value(), waiting(left));
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

    /** Tries again whenever an interrupt ends a call, and sets it again at the end. */
    private static @Nullable HeldLock uninterruptibly(Supplier<@Nullable HeldLock> call) {
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

    /** Returns whether an interrupt ended a call, which it takes: a closed guard says the same and leaves no interrupt. */
    private static boolean isInterrupt(LockException e) {
        return e.code() == LockErrorCode.ABORTED && Thread.interrupted();
    }

    private synchronized void refuseReentry() {
        if (indexOf(Thread.currentThread()) >= 0) {
            throw LockException.invalidArgument(
                    "this thread has locked this view already and not unlocked it; the view is"
                            + " not reentrant: unlock it first, or hand on what the lock is needed for");
        }
    }

    private int indexOf(Thread locker) {
        for (int i = 0; i < holdings.size(); i++) {
            if (holdings.get(i).locker == locker) {
                return i;
            }
        }
        return -1;
    }

    private boolean hold(@Nullable HeldLock taken) {
        if (taken == null) {
            return false;
        }
        synchronized (this) {
            holdings.add(new Holding(Thread.currentThread(), taken));
        }
        return true;
    }

    @Override
    public void unlock() {
        HeldLock lock = takeOut();
        if (lock == null) {
            throw new IllegalMonitorStateException("nothing is locked through this view");
        }
        if (!lock.closed()) {
            throw LockException.failed(
                    LockErrorCode.LOCK_LOST,
                    LockOperation.RELEASE,
                    key.fingerprint(),
                    "the lock had ended before it was unlocked, and somebody else may have had it meanwhile. Use a"
                            + " heartbeat or a longer ttl, and let the resource check a fence, which this view cannot"
                            + " give; see SyncGuard.call",
                    null);
        }
    }

    /**
     * Takes out what the calling thread has locked. On another's behalf it can be the oldest only: the one to go if it was
     * lost and somebody has locked the view since, whose lock must not be given back in its place.
     */
    private synchronized @Nullable HeldLock takeOut() {
        if (holdings.isEmpty()) {
            return null;
        }
        return holdings.remove(Math.max(0, indexOf(Thread.currentThread()))).lock;
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    /** Returns the fingerprint of the key and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "GuardedLock[key=" + key.fingerprint() + "]";
    }
}
