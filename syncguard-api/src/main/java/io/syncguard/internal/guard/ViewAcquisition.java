package io.syncguard.internal.guard;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.internal.acquire.BlockingAcquisition;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Acquires and releases the lock of a key by the rules of {@code java.util.concurrent.locks.Lock} (HLD-9), and does not know which thread
 * has what. Thread-safe.
 */
final class ViewAcquisition {
    /** The longest timeout that options can have. A longer wait consists of several. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final OpenGuard open;
    private final LockKey key;
    private final LockOptions options;

    ViewAcquisition(OpenGuard open, LockKey key, LockOptions options) {
        this.open = open;
        this.key = key;
        this.options = options;
        BlockingAcquisition.check(options);
    }

    LockKey key() {
        return key;
    }

    HeldByThread heldByThread() {
        return open.heldByThread();
    }

    /** Tells of an attempt that was refused before anything was sent, and returns why it was. */
    LockException refused(LockException failure) {
        return open.refused(LockOperation.ACQUIRE, key, failure);
    }

    /** Waits without limit and through interrupts. */
    BlockingHeldLock waiting() {
        while (true) {
            BlockingHeldLock taken = uninterruptibly(() -> takenWithin(Long.MAX_VALUE));
            if (taken != null) {
                return taken;
            }
        }
    }

    /** Makes one attempt, which takes no notice of interrupts. Returns null if another holder has the lock. */
    @Nullable
    BlockingHeldLock once() {
        return new BlockingAcquisition(open.acquire(), key, options)
                .onceThroughInterrupts()
                .orElse(null);
    }

    /** Returns null if another holder had the lock for all that time. */
    @Nullable
    BlockingHeldLock within(long time, TimeUnit unit) throws InterruptedException {
        long nanos = unit.toNanos(time);
        try {
            return nanos <= 0 ? takenAtOnce() : takenWithin(nanos);
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
        return new BlockingAcquisition(open.acquire(), key, options).once().orElse(null);
    }

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

    /**
     * Releases the lock.
     *
     * @throws LockException {@code LOCK_LOST} if it had ended before
     */
    void release(BlockingHeldLock lock) {
        if (!lock.closeAndTell()) {
            throw lost(
                    LockOperation.RELEASE,
                    "the lock had ended before it was unlocked, and another holder may have had it meanwhile. Use a"
                            + " heartbeat or a longer ttl, and let the resource check a fencing token; see"
                            + " SyncGuard.call and ReentrantKeyLock.heldLock");
        }
    }

    /** Returns the failure that tells of a lost lock. */
    LockException lost(LockOperation operation, String message) {
        return LockException.failed(LockErrorCode.LOCK_LOST, operation, key.fingerprint(), message, null)
                .about(options.name().orElse(null), key.fingerprint());
    }

    static IllegalMonitorStateException notLocked() {
        return new IllegalMonitorStateException(
                "the calling thread has not locked this; only the thread that did may"
                        + " unlock it. To release a lock on another thread, use SyncGuard.acquire, whose handle is bound to none");
    }
}
