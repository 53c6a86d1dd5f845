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
import java.util.Objects;
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
        super(services.leases().threads(), LockOperation.ACQUIRE, acquisition.key()::fingerprint);
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

    /** Tries until the lock is acquired or the time or the retries are used up. */
    public static CompletableFuture<AsyncHeldLock> waiting(AcquireServices services, LockKey key, LockOptions options) {
        return new FutureAcquisition<>(services, new Acquisition(services, key, options), false, (Function<
                                Optional<AsyncHeldLock>, AsyncHeldLock>)
                        Optional::orElseThrow)
                .started();
    }

    private FutureAcquisition<T> started() {
        services.gate().add(this);
        LocalWaitQueues queues = services.queues();
        waiter.begin(!once && queues != null && queues.othersFirst(acquisition.key()));
        return this;
    }

    /** Fails the future on a thread that dependent stages may block: closing does not wait for them. */
    @Override
    public void abort() {
        waiter.stop();
        LockException closed = CloseGate.closed(acquisition.key());
        services.leases().threads().deliver(() -> completeExceptionally(closed));
    }

    @Override
    protected void completed() {
        services.gate().remove(this);
        waiter.end();
        if (services.leases().events() != null) {
            whenComplete((result, failure) -> acquisition.tell(
                    failure == null ? fence : null,
                    failure == null
                            ? null
                            : LockException.of(
                                    failure,
                                    LockOperation.ACQUIRE,
                                    acquisition.key().fingerprint())));
        }
        super.completed();
    }

    /** The driver: a step follows an attempt, a wake-up, or the end of a pause. */
    private final class Waiter extends QueuedWaiter {
        private @Nullable AcquisitionMachine machine;
        private @Nullable Future<?> pause;
        private boolean attempting = true;
        private boolean wokenMeanwhile;
        private volatile boolean stopped;
        private long heldBackNanos;

        /** Counts the pauses, so that one that was cut short is not mistaken for its successor. */
        private int pauses;

        void begin(boolean othersFirst) {
            if (!othersFirst) {
                take(Step.TRY);
                return;
            }
            AcquisitionMachine begun = acquisition.machine();
            synchronized (this) {
                machine = begun;
            }
            take(begun.begin(true));
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
                case GIVE_UP -> {
                    stop();
                    fail(acquisition.gaveUp(known().reason()));
                }
            }
        }

        private boolean isOver() {
            return stopped || isDone();
        }

        /** Takes no step any more. */
        void stop() {
            stopped = true;
        }

        private AcquisitionMachine known() {
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
            if (isDone()) {
                leave();
            }
            proceed(Cause.ATTEMPT_ENDED, 0);
        }

        @Override
        protected void wake() {
            // Elsewhere an attempt may be answered at once, and keep whatever woke it from continuing.
            if (queues().triesWhereWoken()) {
                proceed(Cause.WOKEN, 0);
            } else {
                services.leases().threads().run(() -> proceed(Cause.WOKEN, 0));
            }
        }

        /** Takes the step that follows a wake-up, the end of a pause, or a wake-up during an attempt that was in vain. */
        private void proceed(Cause cause, int number) {
            if (isOver()) {
                return;
            }
            boolean first = placeIfFirst() != null;
            // Not under the monitor: the backend may have one of its own, and wake this waiter under it.
            long asideNanos = first && mayStandAside() ? queues().standAsideNanos(acquisition.key()) : 0;
            Step step;
            synchronized (this) {
                if (cause == Cause.ATTEMPT_ENDED) {
                    attempting = false;
                    wokenMeanwhile = false;
                } else if (attempting) {
                    wokenMeanwhile |= cause == Cause.WOKEN;
                    return;
                } else if (cause == Cause.PAUSE_ENDED && number != pauses) {
                    return;
                }
                dropPause();
                long now = System.nanoTime();
                step = cause == Cause.PAUSE_ENDED
                        ? known().elapsed(now, first, asideNanos)
                        : known().woken(now, first, asideNanos);
                decided(step);
            }
            take(step);
        }

        private void decided(Step step) {
            attempting = step == Step.TRY;
            if (step == Step.WAIT && !isOver()) {
                int number = ++pauses;
                pause = services.leases()
                        .threads()
                        .after(Math.max(known().waitNanos(), 1), () -> proceed(Cause.PAUSE_ENDED, number));
            }
        }

        private synchronized boolean mayStandAside() {
            return known().mayStandAside();
        }

        private void dropPause() {
            pauses++;
            Future<?> last = pause;
            pause = null;
            if (last != null) {
                last.cancel(false);
            }
        }

        void end() {
            stop();
            synchronized (this) {
                dropPause();
            }
            leave();
        }

        private void attempt() {
            if (!services.gate().tryBeginAttempt()) {
                abort();
                return;
            }
            WakeUps.Place place = placeIfFirst();
            heldBackNanos = place == null ? 0 : queues().holdBackNanos(acquisition.key());
            Moment started = services.leases().now();
            BackendCall<AcquireResult> request = acquisition.attempt(place);
            CompletableFuture<AcquireResult> call = services.leases().backend().send(request, Origin.CALLER);
            follows(call);
            call.whenComplete((result, failure) -> {
                Step next = null;
                try {
                    next = answered(request, result, failure, started);
                } catch (Exception | Error defect) {
                    fail(acquisition.settled(BackendCaller.failure(request, defect), started));
                } finally {
                    services.gate().endAttempt();
                }
                if (next != null) {
                    take(next);
                }
            });
        }

        /** Returns the step that follows an attempt; null if it was the last. */
        private @Nullable Step answered(
                BackendCall<AcquireResult> request,
                @Nullable AcquireResult result,
                @Nullable Throwable failure,
                Moment started) {
            if (failure != null) {
                fail(acquisition.settled(BackendCaller.failure(request, failure), started));
                return null;
            }
            if (result instanceof Acquired acquired) {
                granted(acquisition.granted(acquired, started));
                return null;
            }
            if (once && result != null) {
                finish(form.apply(Optional.empty()));
                return null;
            }
            return contended(Objects.requireNonNull((Contended) result, "the backend answered null"));
        }

        private @Nullable Step contended(Contended contended) {
            synchronized (this) {
                if (!wokenMeanwhile) {
                    Step step = known().contended(System.nanoTime(), Acquisition.freeInNanos(contended), heldBackNanos);
                    decided(step);
                    return step;
                }
            }
            services.leases().threads().run(() -> proceed(Cause.ATTEMPT_ENDED, 0));
            return null;
        }

        private void granted(HeldLease lease) {
            FutureHeldLock lock = new FutureHeldLock(services.leases(), lease);
            fence = lock.fence();
            T result = form.apply(Optional.of(lock));
            Runnable completion = () -> {
                if (!complete(result)) {
                    // Nobody wants it any more.
                    lease.discard();
                }
            };
            if (services.leases().threads().handsOver()) {
                services.leases().threads().deliver(completion);
            } else {
                completion.run();
            }
        }
    }

    /** What a step follows. */
    private enum Cause {
        ATTEMPT_ENDED,
        WOKEN,
        PAUSE_ENDED
    }
}
