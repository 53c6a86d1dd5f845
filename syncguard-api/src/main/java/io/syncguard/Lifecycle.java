package io.syncguard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether a guard is open, and which acquires are under way, so that closing it leaves no orphan: what they may still be
 * granted is given back before the backend is closed (OPT-3, ACQ-4). Thread-safe.
 */
final class Lifecycle {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger attempts = new AtomicInteger();
    private final Set<AsyncAcquisition<?>> acquisitions = ConcurrentHashMap.newKeySet();

    boolean isClosed() {
        return closing.getCount() == 0;
    }

    /**
     * Announces a blocking attempt, which {@link #endAttempt()} must follow.
     *
     * @throws LockException {@code ABORTED} if the guard is closed, in which case there is no attempt
     */
    void beginAttempt(LockKey key) {
        if (!mayBeginAttempt()) {
            throw closed(key);
        }
    }

    /** Announces an attempt that {@link #endAttempt()} must follow, or returns false because the guard is closed. */
    boolean mayBeginAttempt() {
        // Counted before it looks: either it sees that the guard is closed, or closing sees it.
        attempts.incrementAndGet();
        if (isClosed()) {
            attempts.decrementAndGet();
            return false;
        }
        return true;
    }

    void endAttempt() {
        attempts.decrementAndGet();
    }

    static LockException closed(LockKey key) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key.fingerprint(),
                "the SyncGuard was closed; the lock was not taken",
                null);
    }

    /** Waits between attempts, and returns whether the guard was closed meanwhile. */
    boolean closesWithin(long nanos) throws InterruptedException {
        return closing.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Announces an asynchronous acquisition; one that comes too late is aborted. */
    void begin(AsyncAcquisition<?> acquisition) {
        acquisitions.add(acquisition);
        if (isClosed()) {
            acquisition.abort();
        }
    }

    void end(AsyncAcquisition<?> acquisition) {
        acquisitions.remove(acquisition);
    }

    /**
     * Ends all waits with {@code ABORTED} and lets attempts come to an end, for a second at the most.
     *
     * @param wakeAll wakes those that wait in line, to see that it is closed
     */
    void close(Runnable wakeAll) {
        closing.countDown();
        wakeAll.run();
        acquisitions.forEach(AsyncAcquisition::abort);
        long startNanos = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        while (attempts.get() > 0 && System.nanoTime() - startNanos < LONGEST_WAIT_NANOS) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
