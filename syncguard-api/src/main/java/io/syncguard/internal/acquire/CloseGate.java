package io.syncguard.internal.acquire;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.GuardClock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether a guard is open, and which attempts are under way, so that closing it leaves no orphan: what they are still granted is
 * released before the backend is closed (OPT-3, ACQ-4). Thread-safe.
 */
public final class CloseGate implements GuardClock.JumpListener {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final AtomicInteger attempts = new AtomicInteger();
    private final Set<Abortable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    boolean isClosed() {
        return closed;
    }

    /** Announces an attempt, which {@link #endAttempt()} must follow, or returns false because the guard is closed. */
    boolean tryBeginAttempt() {
        // Counted before it looks: either it sees that the guard is closed, or closing sees it.
        attempts.incrementAndGet();
        if (closed) {
            attempts.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Ends an attempt: what came of it is registered or being settled. */
    void endAttempt() {
        attempts.decrementAndGet();
    }

    /** Registers what is to be aborted on closing; immediately if the guard is closed. {@link #remove} must follow. */
    void add(Abortable acquisition) {
        open.add(acquisition);
        if (closed) {
            acquisition.abort();
        }
    }

    void remove(Abortable acquisition) {
        open.remove(acquisition);
    }

    /** Has threads that sleep until a moment of the clock look at it again. */
    @Override
    public void clockJumped() {
        open.forEach(Abortable::clockJumped);
    }

    static LockException closed(LockKey key) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key.fingerprint(),
                "the SyncGuard is closed; the lock was not acquired. Close it after the last call, or open another one",
                null);
    }

    /** Ends all waits with {@code ABORTED}, and lets nobody in any more. Does not block. */
    public void close() {
        closed = true;
        open.forEach(Abortable::abort);
    }

    /** Lets attempts come to an end after {@link #close()}, for a second at most. */
    public void awaitAttempts() {
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
