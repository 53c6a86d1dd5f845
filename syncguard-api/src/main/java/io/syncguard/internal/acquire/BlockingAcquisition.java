package io.syncguard.internal.acquire;

import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.internal.acquire.AcquisitionMachine.Step;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.lease.BlockingHeldLock;
import io.syncguard.internal.lease.HeldLease;
import io.syncguard.internal.lease.Moment;
import io.syncguard.internal.queue.LocalWaitQueues;
import io.syncguard.internal.queue.QueuedWaiter;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.WakeUps;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Acquires a lock on the calling thread, which it blocks. Confined to that thread. */
public final class BlockingAcquisition extends Acquisition {
    private @Nullable BlockingHeldLock held;

    public BlockingAcquisition(AcquireServices services, LockKey key, LockOptions options) {
        super(services, key, options);
    }

    /**
     * Checks that options go together.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if they do not
     */
    public static void check(LockOptions options) {
        Acquisition.checkedTtl(options);
    }

    /** Tries once; empty on contention. */
    public Optional<BlockingHeldLock> once() {
        return once(true);
    }

    /** Tries once, and takes no notice of interrupts. Empty on contention. */
    public Optional<BlockingHeldLock> onceThroughInterrupts() {
        return once(false);
    }

    private Optional<BlockingHeldLock> once(boolean heedsInterrupts) {
        begins();
        try {
            if (heedsInterrupts) {
                refuseIfInterrupted();
                tryNow(null, true);
            } else {
                tryThroughInterrupts();
            }
        } catch (RuntimeException e) {
            throw failed(e);
        }
        BlockingHeldLock lock = held;
        tell(lock == null ? null : lock.fence(), null);
        return Optional.ofNullable(lock);
    }

    /** Tries until the lock is acquired or the time or the retries are used up. */
    public BlockingHeldLock waiting() {
        begins();
        BlockingHeldLock lock;
        try {
            refuseIfInterrupted();
            untilAcquired();
            lock = Objects.requireNonNull(held);
        } catch (RuntimeException e) {
            throw failed(e);
        }
        tell(lock.fence(), null);
        return lock;
    }

    /** Wraps what a backend throws in place of a failure, where it is not asked through a request. */
    private LockException failed(Throwable thrown) {
        String fingerprint = key().fingerprint();
        LockException failure =
                LockException.of(thrown, LockOperation.ACQUIRE, fingerprint).about(name(), fingerprint);
        tell(null, failure);
        return failure;
    }

    private void refuseIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(null);
        }
    }

    private void untilAcquired() {
        LocalWaitQueues queues = services.queues();
        boolean othersFirst = queues != null && queues.othersFirst(key());
        Contended first = null;
        if (othersFirst) {
            services.leases().backend().refuseIfMayNotBlock(LockOperation.ACQUIRE, key()::fingerprint);
        } else {
            first = tryNow(null, true);
            if (first == null) {
                return;
            }
        }
        AcquisitionMachine machine = machine();
        try (Waiter waiter = new Waiter(machine)) {
            services.gate().add(waiter);
            waiter.drive(first == null ? machine.begin(true) : waiter.contended(first));
        }
    }

    /** Makes an attempt on this thread. Returns null if the lock was acquired. */
    private @Nullable Contended tryNow(WakeUps.@Nullable Place place, boolean atOnce) {
        if (!services.gate().tryBeginAttempt()) {
            throw CloseGate.closed(key());
        }
        Moment started = attemptBegins(atOnce);
        try {
            return kept(services.leases().backend().call(attempt(place)), started);
        } catch (LockException e) {
            throw settled(e, started);
        } finally {
            services.gate().endAttempt();
        }
    }

    /**
     * Makes an attempt on this thread, and makes it again when an interrupt ends it: with the same id, which a lock that the first one
     * was granted is answered to (ACQ-3). The lease counts from the first, which may have been it. The interrupt is pending afterwards.
     */
    private void tryThroughInterrupts() {
        if (!services.gate().tryBeginAttempt()) {
            throw CloseGate.closed(key());
        }
        Moment started = attemptBegins(true);
        boolean interrupted = Thread.interrupted();
        LockException unanswered = null;
        try {
            AcquireResult result = null;
            while (result == null) {
                try {
                    result = services.leases().backend().call(attempt(null));
                } catch (LockException e) {
                    unanswered = e.isOutcomeUnknown() ? e : unanswered;
                    if (e.code() != LockErrorCode.ABORTED || !Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
            if (kept(result, started) == null) {
                unanswered = null;
            }
        } finally {
            if (unanswered != null) {
                settled(unanswered, started);
            }
            services.gate().endAttempt();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Before the attempt ends: closing releases what is known to be held once no attempt is under way. */
    private @Nullable Contended kept(AcquireResult result, Moment started) {
        if (result instanceof Acquired acquired) {
            HeldLease lease = granted(acquired, started);
            held = new BlockingHeldLock(lease);
            return null;
        }
        return contended((Contended) result, started);
    }

    private LockException aborted(@Nullable InterruptedException cause) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key().fingerprint(),
                "the thread was interrupted while it waited for the lock; the lock was not acquired",
                cause);
    }

    /**
     * The wait for a lock. While this waiter is parked as the first in its queue, the thread that wakes it may make its attempt,
     * and the waiter stays parked until the answer is there. Confined to the waiting thread except for waking and aborting.
     */
    private final class Waiter extends QueuedWaiter implements Abortable, AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final AcquisitionMachine machine;
        private volatile boolean woken;
        private boolean parked;
        private volatile @Nullable CompletableFuture<AcquireResult> answer;
        private @Nullable Moment answerStarted;
        private long heldBackNanos;

        /** The moment for which the last step was decided: a wait counts from there. */
        private long decidedNanos;

        Waiter(AcquisitionMachine machine) {
            this.machine = machine;
        }

        void drive(Step first) {
            Step step = first;
            while (held == null) {
                step = next(step);
            }
        }

        private Step next(Step step) {
            switch (step) {
                case TRY -> {
                    WakeUps.Place place = placeIfFirst();
                    heldBackNanos = place == null ? 0 : queues().holdBackNanos(key());
                    return after(tryNow(place, false));
                }
                case JOIN_QUEUE -> {
                    queues().join(key(), this);
                    return proceed(true);
                }
                case WAIT -> {
                    boolean wasWoken = await(decidedNanos + machine.waitNanos());
                    return answer == null ? proceed(wasWoken) : after(answered());
                }
                case GIVE_UP -> throw gaveUp(machine.reason());
            }
            throw new AssertionError(step);
        }

        private LocalWaitQueues queues() {
            LocalWaitQueues queues = services.queues();
            if (queues == null) {
                throw new IllegalStateException("the backend does not wake waiters");
            }
            return queues;
        }

        private Step after(@Nullable Contended contended) {
            return contended == null ? Step.TRY : contended(contended);
        }

        private Step contended(Contended contended) {
            decidedNanos = services.leases().clocks().nanoTime();
            return machine.contended(decidedNanos, freeInNanos(contended), heldBackNanos);
        }

        private Step proceed(boolean wasWoken) {
            boolean first = placeIfFirst() != null;
            long asideNanos = first && machine.mayStandAside() ? queues().standAsideNanos(key()) : 0;
            decidedNanos = services.leases().clocks().nanoTime();
            return wasWoken
                    ? machine.woken(decidedNanos, first, asideNanos)
                    : machine.elapsed(decidedNanos, first, asideNanos);
        }

        /** Waits until it is woken, also if that was since the last call, or the time is over. */
        private boolean await(long endNanos) {
            setParked(true);
            boolean interrupted;
            try {
                interrupted = park(endNanos);
            } finally {
                setParked(false);
            }
            if (answer != null) {
                if (interrupted) {
                    thread.interrupt();
                }
                return true;
            }
            if (interrupted) {
                thread.interrupt();
                throw aborted(new InterruptedException());
            }
            if (services.gate().isClosed()) {
                throw CloseGate.closed(key());
            }
            boolean wasWoken = woken;
            woken = false;
            return wasWoken;
        }

        /** Returns whether the end of it was an interrupt. */
        private boolean park(long endNanos) {
            while (!isReady()) {
                if (Thread.interrupted()) {
                    return true;
                }
                long left = endNanos - services.leases().clocks().nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return false;
        }

        private boolean isReady() {
            CompletableFuture<AcquireResult> attempt = answer;
            return attempt == null ? woken || services.gate().isClosed() : attempt.isDone();
        }

        private synchronized void setParked(boolean now) {
            parked = now;
        }

        @Override
        protected void wake() {
            CompletableFuture<AcquireResult> attempt = attemptWhereWoken();
            if (attempt == null) {
                woken = true;
                LockSupport.unpark(thread);
            } else {
                attempt.whenComplete((result, failure) -> LockSupport.unpark(thread));
            }
        }

        /**
         * Makes an attempt for the parked thread. Not while that tries by itself, or another attempt is under way: the wake-up may
         * be meant for one after that. Asks the backend nothing under the monitor, as it may have one of its own.
         */
        private @Nullable CompletableFuture<AcquireResult> attemptWhereWoken() {
            WakeUps.Place place = queues().triesWhereWoken() ? placeIfFirst() : null;
            if (place == null || !services.gate().tryBeginAttempt()) {
                return null;
            }
            AttemptWhereWoken claimed = new AttemptWhereWoken(key());
            synchronized (this) {
                if (!parked || answer != null) {
                    services.gate().endAttempt();
                    return null;
                }
                answerStarted = services.leases().clocks().now();
                answer = claimed;
            }
            try {
                heldBackNanos = queues().holdBackNanos(key());
                BackendCall<AcquireResult> request = attempt(place);
                CompletableFuture<AcquireResult> sent =
                        services.leases().backend().send(request, Origin.CALLER);
                claimed.follows(sent);
                sent.whenComplete((result, thrown) -> {
                    LockException failure = BackendCaller.failure(request, result, thrown);
                    if (failure == null) {
                        claimed.complete(result);
                    } else {
                        claimed.completeExceptionally(failure);
                    }
                });
            } catch (Throwable defect) {
                claimed.completeExceptionally(defect);
            }
            return claimed;
        }

        /** Returns what the attempt that was made for it ended with. Returns null if the lock was acquired. */
        private @Nullable Contended answered() {
            CompletableFuture<AcquireResult> attempt;
            Moment started;
            synchronized (this) {
                attempt = answer;
                started = answerStarted;
                answer = null;
            }
            if (attempt == null || started == null) {
                throw new IllegalStateException("no attempt was made");
            }
            machine.triedForIt();
            boolean interrupted = awaitEnd(attempt);
            try {
                return kept(attempt.join(), started);
            } catch (CompletionException | CancellationException e) {
                throw settled(LockException.of(e, LockOperation.ACQUIRE, key().fingerprint()), started);
            } catch (LockException e) {
                throw settled(e, started);
            } finally {
                services.gate().endAttempt();
                if (interrupted) {
                    thread.interrupt();
                }
            }
        }

        /**
         * Waits for an attempt that was made, whatever the interrupt flag says: an interrupt ends the attempt, and cannot prevent it
         * any more.
         *
         * @return whether the thread was interrupted
         */
        private boolean awaitEnd(CompletableFuture<AcquireResult> attempt) {
            boolean interrupted = Thread.interrupted();
            while (!attempt.isDone()) {
                if (interrupted) {
                    attempt.cancel(true);
                } else {
                    // Its end unparks this thread.
                    LockSupport.park(this);
                    interrupted = Thread.interrupted();
                }
            }
            return interrupted;
        }

        @Override
        public void abort() {
            LockSupport.unpark(thread);
        }

        @Override
        public void clockJumped() {
            LockSupport.unpark(thread);
        }

        @Override
        public void close() {
            services.gate().remove(this);
            leave();
        }
    }
}
