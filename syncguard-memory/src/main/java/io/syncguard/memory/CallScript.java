package io.syncguard.memory;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.GuardClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a test has told the calls on a store to do: to fail, and to be slow. Thread-safe. */
final class CallScript implements GuardClock.JumpListener {
    private final MemoryClock clock;
    private final ReentrantLock mutex = new ReentrantLock();
    private final Condition changed = mutex.newCondition();
    private final Deque<Fault> next = new ArrayDeque<>();
    private @Nullable Fault lasting;
    private volatile long delayNanos;

    CallScript(MemoryClock clock) {
        this.clock = clock;
    }

    /** A backend that makes calls. */
    interface Caller {
        Duration operationTimeout();

        boolean isClosed();
    }

    boolean isSlow() {
        return delayNanos > 0;
    }

    void failNext(Fault fault) {
        locked(() -> next.addLast(fault));
    }

    void failAll(Fault fault) {
        locked(() -> lasting = fault);
    }

    void delayCalls(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** Forgets all that was told. Calls under way go on as they began. */
    void clear() {
        delayNanos = 0;
        locked(() -> {
            next.clear();
            lasting = null;
        });
    }

    @Override
    public void clockJumped() {
        callersChanged();
    }

    /** Has calls under way look again at the clock and at their callers. */
    void callersChanged() {
        locked(changed::signalAll);
    }

    private void locked(Runnable step) {
        mutex.lock();
        try {
            step.run();
        } finally {
            mutex.unlock();
        }
    }

    /**
     * Makes a call. It takes effect at once, unless it is to fail without an effect; its answer takes the delay.
     *
     * @param fingerprint answers what stands for the key or the id
     */
    <T> T call(LockOperation operation, Supplier<String> fingerprint, Caller caller, Supplier<T> effect) {
        long startedNanos = clock.nanoTime();
        long answerNanos = delayNanos;
        Fault fault = faultFor(operation);
        @Nullable T answer = fault == null || fault.takesEffect() ? effect.get() : null;
        if (answerNanos > 0) {
            await(operation, fingerprint, caller, startedNanos, answerNanos);
        }
        if (fault != null) {
            throw fault.failure(operation, fingerprint.get());
        }
        return Objects.requireNonNull(answer);
    }

    private @Nullable Fault faultFor(LockOperation operation) {
        mutex.lock();
        try {
            for (Iterator<Fault> each = next.iterator(); each.hasNext(); ) {
                Fault fault = each.next();
                if (fault.concerns(operation)) {
                    each.remove();
                    return fault;
                }
            }
            Fault known = lasting;
            return known != null && known.concerns(operation) ? known : null;
        } finally {
            mutex.unlock();
        }
    }

    private void await(
            LockOperation operation, Supplier<String> fingerprint, Caller caller, long startedNanos, long answerNanos) {
        long timeoutNanos = caller.operationTimeout().toNanos();
        if (!awaitUntil(startedNanos + Math.min(answerNanos, timeoutNanos), caller::isClosed)) {
            throw ended(operation, fingerprint, LockErrorCode.ABORTED, "the call was given up before its answer came");
        }
        if (answerNanos > timeoutNanos) {
            throw ended(
                    operation, fingerprint, LockErrorCode.NETWORK_TIMEOUT, "no answer within the operation timeout");
        }
    }

    private static LockException ended(
            LockOperation operation, Supplier<String> fingerprint, LockErrorCode code, String why) {
        return LockException.outcomeUnknown(code, operation, fingerprint.get(), why, null);
    }

    /** Waits until a moment of the clock. Returns false if the call was given up, by an interrupt or by closing its backend. */
    private boolean awaitUntil(long endNanos, BooleanSupplier closed) {
        mutex.lock();
        try {
            while (!closed.getAsBoolean()) {
                long left = endNanos - clock.nanoTime();
                if (left <= 0) {
                    return true;
                }
                long unused = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mutex.unlock();
        }
        return false;
    }
}
