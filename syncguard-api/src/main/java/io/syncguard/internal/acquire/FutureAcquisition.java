package io.syncguard.internal.acquire;

import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.internal.acquire.AcquisitionMachine.Step;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.internal.lease.FutureHeldLock;
import io.syncguard.internal.lease.HeldLease;
import io.syncguard.internal.lease.Moment;
import io.syncguard.internal.queue.LocalWaitQueues;
import io.syncguard.internal.queue.QueuedWaiter;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.WakeUps;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Acquires a lock without a thread: the future of it, and the driver. Its steps never overlap. Thread-safe. */
public final class FutureAcquisition<T> extends LockFuture<T> implements Abortable {
    private final AcquireServices services;
    private final Acquisition acquisition;
    private final boolean once;
    private final Function<Optional<AsyncHeldLock>, T> form;
    private final Waiter waiter = new Waiter();
    private volatile @Nullable FenceToken fence;

    private FutureAcquisition(
            AcquireServices services,
            Acquisition acquisition,
            boolean once,
            Function<Optional<AsyncHeldLock>, T> form) {
        super(services.leases().threads());
        this.services = services;
        this.acquisition = acquisition;
        this.once = once;
        this.form = form;
    }

    /** Tries once; empty on contention. */
    public static CompletableFuture<Optional<AsyncHeldLock>> once(
            AcquireServices services, LockKey key, LockOptions options) {
        return new FutureAcquisition<>(services, new Acquisition(services, key, options), true, Function.identity())
                .started();
    }

    /**
     * Tries until the lock is acquired or the time or the retries are used up.
     *
     * @param form makes the result of the lock, which is present
     */
    public static <T> CompletableFuture<T> waiting(
            AcquireServices services, LockKey key, LockOptions options, Function<Optional<AsyncHeldLock>, T> form) {
        return new FutureAcquisition<>(services, new Acquisition(services, key, options), false, form).started();
    }

    @Override
    protected LockOperation operation() {
        return LockOperation.ACQUIRE;
    }

    @Override
    protected String fingerprint() {
        return acquisition.key().fingerprint();
    }

    @Override
    protected @Nullable String lockName() {
        return acquisition.name();
    }

    private FutureAcquisition<T> started() {
        acquisition.begins();
        services.gate().add(this);
        waiter.guarded(waiter::begin);
        return this;
    }

    /** Fails the future on a thread that dependent stages may block: closing does not wait for them. */
    @Override
    public void abort() {
        waiter.end();
        LockException closed = CloseGate.closed(acquisition.key()).about(lockName(), fingerprint());
        services.leases().threads().deliver(() -> completeExceptionally(closed));
    }

    /** Does nothing: the timer that ends its pauses looks at the clock itself. */
    @Override
    public void clockJumped() {}

    /** Leaves the queue first: the next waiter does not wait for what depends on this future. */
    @Override
    protected void beforeCompletion() {
        waiter.end();
    }

    @Override
    protected void completes(@Nullable Throwable failure) {
        if (failure == null) {
            acquisition.tell(fence, null);
        } else {
            acquisition.tell(null, failure);
        }
    }

    /** The driver: a step follows an attempt, a wake-up, or the end of a pause. */
    private final class Waiter extends QueuedWaiter {
        private @Nullable AcquisitionMachine machine;
        private @Nullable Future<?> pause;
        private boolean attempting = true;
        private boolean wokenMeanwhile;
        private volatile boolean over;
        private long heldBackNanos;

        /** Counts the pauses, so that one that was cut short is not mistaken for its successor. */
        private int pauses;

        void begin() {
            LocalWaitQueues queues = services.queues();
            if (once || queues == null || !queues.othersFirst(acquisition.key())) {
                take(Step.TRY);
                return;
            }
            Step first;
            synchronized (this) {
                first = known().begin(true);
            }
            take(first);
        }

        /** Runs a step. An exception that a backend throws in place of an answer ends the acquisition. */
        void guarded(Runnable step) {
            try {
                step.run();
            } catch (Throwable defect) {
                fail(LockException.of(
                        defect, LockOperation.ACQUIRE, acquisition.key().fingerprint()));
            }
        }

        private void take(Step step) {
            if (isOver()) {
                return;
            }
            switch (step) {
                case TRY -> attempt();
                case JOIN_QUEUE -> joinQueue();
                case WAIT -> {
                    // Begun with the decision.
                }
                case GIVE_UP -> fail(acquisition.gaveUp(known().reason()));
            }
        }

        private boolean isOver() {
            return over || isDone();
        }

        private synchronized AcquisitionMachine known() {
            AcquisitionMachine known = machine;
            if (known == null) {
                known = acquisition.machine();
                machine = known;
            }
            return known;
        }

        private LocalWaitQueues queues() {
            LocalWaitQueues queues = services.queues();
            if (queues == null) {
                throw new IllegalStateException("the backend does not wake waiters");
            }
            return queues;
        }

        private void joinQueue() {
            synchronized (this) {
                // A wake-up from the queue leads to no step before this one has been taken.
                attempting = true;
            }
            queues().join(acquisition.key(), this);
            if (isOver()) {
                leave();
            }
            proceed(Cause.ATTEMPT_ENDED, 0);
        }

        @Override
        protected void wake() {
            // Elsewhere an attempt may be answered at once, and keep whatever woke it from continuing.
            if (queues().triesWhereWoken()) {
                guarded(() -> proceed(Cause.WOKEN, 0));
            } else {
                services.leases().threads().run(() -> guarded(() -> proceed(Cause.WOKEN, 0)));
            }
        }

        /** Takes the step that follows a wake-up, the end of a pause, or a wake-up during an attempt that was in vain. */
        private void proceed(Cause cause, int number) {
            Step step = null;
            while (step == null && !isOver()) {
                boolean looksFirst = placeIfFirst() != null;
                // Not under the monitor: the backend may have one of its own, and wake this waiter under it.
                long asideNanos =
                        looksFirst && known().mayStandAside() ? queues().standAsideNanos(acquisition.key()) : 0;
                synchronized (this) {
                    if (attempting && cause != Cause.ATTEMPT_ENDED) {
                        wokenMeanwhile |= cause == Cause.WOKEN;
                        return;
                    }
                    if (cause == Cause.PAUSE_ENDED && number != pauses) {
                        return;
                    }
                    boolean first = placeIfFirst() != null;
                    if (first == looksFirst) {
                        step = decide(cause, first, asideNanos);
                    }
                }
            }
            if (step != null) {
                take(step);
            }
        }

        private Step decide(Cause cause, boolean first, long asideNanos) {
            wokenMeanwhile = false;
            dropPause();
            long now = services.leases().clocks().nanoTime();
            Step step = cause == Cause.PAUSE_ENDED
                    ? known().elapsed(now, first, asideNanos)
                    : known().woken(now, first, asideNanos);
            decided(step, now);
            return step;
        }

        /** A wait counts from the moment for which it was decided. */
        private void decided(Step step, long now) {
            attempting = step == Step.TRY;
            if (step == Step.WAIT && !isOver()) {
                int number = ++pauses;
                pause = services.leases()
                        .threads()
                        .at(now + known().waitNanos(), () -> guarded(() -> proceed(Cause.PAUSE_ENDED, number)));
            }
        }

        private void dropPause() {
            pauses++;
            Future<?> last = pause;
            pause = null;
            if (last != null) {
                last.cancel(false);
            }
        }

        /** Takes no step any more, and leaves the queue. May be repeated. */
        void end() {
            if (over) {
                return;
            }
            over = true;
            synchronized (this) {
                dropPause();
            }
            leave();
            services.gate().remove(FutureAcquisition.this);
        }

        private void attempt() {
            if (!services.gate().tryBeginAttempt()) {
                abort();
                return;
            }
            // The machine is made with the first wait.
            Moment started = acquisition.attemptBegins(machine == null);
            BackendCall<AcquireResult> request;
            CompletableFuture<AcquireResult> call;
            try {
                WakeUps.Place place = placeIfFirst();
                heldBackNanos = place == null ? 0 : queues().holdBackNanos(acquisition.key());
                request = acquisition.attempt(place);
                call = services.leases().backend().send(request, Origin.CALLER);
            } catch (Throwable defect) {
                services.gate().endAttempt();
                throw defect;
            }
            follows(call);
            call.whenComplete((result, failure) -> guarded(() -> answered(request, result, failure, started)));
        }

        /** When the attempt ends, a granted lock is registered, and an unknown outcome is being settled. */
        private void answered(
                BackendCall<AcquireResult> request,
                @Nullable AcquireResult result,
                @Nullable Throwable failure,
                Moment started) {
            HeldLease lease = null;
            LockException failed = null;
            try {
                failed = BackendCaller.failure(request, result, failure);
                if (failed != null) {
                    acquisition.settled(failed, started);
                } else if (result instanceof Acquired acquired) {
                    lease = acquisition.granted(acquired, started);
                } else if (result instanceof Contended contended) {
                    var unused = acquisition.contended(contended, started);
                }
            } catch (LockException closed) {
                failed = closed;
            } finally {
                services.gate().endAttempt();
            }
            if (failed != null) {
                fail(failed);
            } else if (lease != null) {
                granted(lease);
            } else if (once) {
                finish(form.apply(Optional.empty()));
            } else if (result instanceof Contended contended) {
                contended(contended);
            }
        }

        private void contended(Contended contended) {
            Step step = null;
            synchronized (this) {
                if (!wokenMeanwhile) {
                    long now = services.leases().clocks().nanoTime();
                    step = known().contended(now, Acquisition.freeInNanos(contended), heldBackNanos);
                    decided(step, now);
                }
            }
            if (step == null) {
                services.leases().threads().run(() -> guarded(() -> proceed(Cause.ATTEMPT_ENDED, 0)));
            } else {
                take(step);
            }
        }

        private void granted(HeldLease lease) {
            FutureHeldLock lock = new FutureHeldLock(lease);
            fence = lock.fence();
            T result = form.apply(Optional.of(lock));
            beforeCompletion();
            if (completesHere()) {
                completeOrDiscard(result, lease);
            } else {
                elsewhere(() -> completeOrDiscard(result, lease));
            }
        }

        private void completeOrDiscard(T result, HeldLease lease) {
            if (!complete(result)) {
                // Nobody wants it any more.
                lease.discard();
            }
        }
    }

    /** The event that a step follows. */
    private enum Cause {
        ATTEMPT_ENDED,
        WOKEN,
        PAUSE_ENDED
    }
}
