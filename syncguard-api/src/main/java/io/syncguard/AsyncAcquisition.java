package io.syncguard;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous way to a lock, and the future of it: attempts with one id, pauses on a timer between them, and what
 * must happen when the outcome of an attempt is unknown or nobody wants it any more (ACQ-4). No two steps of it run at
 * once.
 */
final class AsyncAcquisition<T> extends LockFuture<T> {
    private final GuardContext context;
    private final AsyncLockBackend backend;
    private final LockKey key;
    private final LockId id;
    private final LockOptions options;
    private final Ttl ttl;
    private final long begunNanos = System.nanoTime();

    /** Null for a single attempt. */
    private final @Nullable Patience patience;

    private final Function<Optional<AsyncHeldLock>, T> form;
    private int attempts;
    private volatile @Nullable FenceToken fence;
    private volatile @Nullable WaitingFuture inLine;

    private AsyncAcquisition(
            GuardContext context,
            LockKey key,
            LockOptions options,
            @Nullable Patience patience,
            Function<Optional<AsyncHeldLock>, T> form) {
        super(LockOperation.ACQUIRE, key::fingerprint);
        this.context = context;
        this.backend = context.backend().async();
        this.key = key;
        this.options = options;
        this.ttl = options.checkedTtl();
        this.id = context.backend().newLockId(key);
        this.patience = patience;
        this.form = form;
    }

    /** Tries once; empty on contention. */
    static AsyncAcquisition<Optional<AsyncHeldLock>> once(GuardContext context, LockKey key, LockOptions options) {
        return new AsyncAcquisition<>(context, key, options, null, Function.identity()).started();
    }

    /** Tries until the lock is taken, the retries are used up, or the time is over after one last try at its end. */
    static AsyncAcquisition<AsyncHeldLock> waiting(GuardContext context, LockKey key, LockOptions options) {
        return new AsyncAcquisition<>(
                        context, key, options, new Patience(key, options, System.nanoTime()), Optional::orElseThrow)
                .started();
    }

    private AsyncAcquisition<T> started() {
        context.lifecycle().begin(this);
        Line.All lines = context.lines();
        if (patience != null && lines != null && !options.timeout().isZero() && othersFirst(lines)) {
            standInLine(lines, patience);
        } else {
            attempt();
        }
        return this;
    }

    /** Who comes when others wait, here or elsewhere, does not jump the queue. */
    private boolean othersFirst(Line.All lines) {
        return lines.isWaitedFor(key) || lines.holdBackNanos(key) > 0;
    }

    private void standInLine(Line.All lines, Patience patient) {
        // Elsewhere an attempt may be answered there and then, and keep whoever woke it from going on.
        Executor waker = lines.tryWhereWoken() ? Runnable::run : Pause.EXECUTOR;
        WaitingFuture waiter = new WaitingFuture(this, patient, lines, key, waker);
        inLine = waiter;
        lines.join(key, waiter);
        if (isDone()) {
            waiter.end();
        } else {
            waiter.begin();
        }
    }

    private void attempt() {
        attempt(() -> backend.acquire(key, id, ttl));
    }

    /** Tries as the first in line. */
    void attempt(WakeUps.Place place, Duration waited) {
        attempt(() -> place.acquireAsync(id, ttl, waited));
    }

    private void attempt(Supplier<CompletableFuture<AcquireResult>> call) {
        if (isDone()) {
            return;
        }
        attempts++;
        long startedNanos = System.nanoTime();
        CompletableFuture<AcquireResult> attempt = call.get();
        follows(attempt);
        attempt.whenComplete((result, failure) -> {
            if (failure != null) {
                failed(failure, startedNanos);
            } else if (result instanceof Acquired acquired) {
                granted(acquired, startedNanos);
            } else {
                pause((Contended) result);
            }
        });
    }

    private void failed(Throwable failure, long startedNanos) {
        Optional<LockException> known = LockException.within(failure);
        if (known.map(LockException::isOutcomeUnknown).orElse(true)) {
            context.settler().settle(key, id, ttl, startedNanos);
        }
        completeExceptionally(known.<Throwable>map(e -> e).orElse(failure));
    }

    private void granted(Acquired acquired, long startedNanos) {
        context.fenceWatch().saw(key, acquired.fence());
        AsyncHeldLock lock = new AsyncHeldLock(context, key, id, acquired, ttl, options.minHold(), startedNanos);
        fence = lock.fence();
        // Known before it is told: closing gives it back, whichever comes first.
        lock.begin(options.heartbeat());
        if (!complete(form.apply(Optional.of(lock)))) {
            // Nobody wants it any more.
            lock.markReleased(true);
            context.settler().settle(key, id, ttl, startedNanos);
        }
    }

    private void pause(Contended contended) {
        if (patience == null) {
            complete(form.apply(Optional.empty()));
            return;
        }
        try {
            Line.All lines = context.lines();
            WaitingFuture waiter = inLine;
            if (waiter != null) {
                waiter.contended(contended);
                return;
            } else if (lines != null) {
                patience.leftNanosOrGiveUp();
                patience.retry();
                standInLine(lines, patience);
                return;
            }
            long nanos = patience.pauseNanosAfter(contended);
            Pause pause = new Pause(this::attempt);
            follows(pause);
            pause.start(nanos);
        } catch (LockException gaveUp) {
            completeExceptionally(gaveUp);
        }
    }

    /** Ends it because the guard is being closed. */
    void abort() {
        completeExceptionally(Lifecycle.closed(key));
    }

    @Override
    void completed() {
        context.lifecycle().end(this);
        WaitingFuture waiter = inLine;
        if (waiter != null) {
            waiter.end();
        }
        Events events = context.events();
        if (events != null) {
            whenComplete((result, failure) -> tell(events, result, failure));
        }
        super.completed();
    }

    private void tell(Events events, @Nullable T result, @Nullable Throwable failure) {
        boolean contended = failure == null
                ? result instanceof Optional<?> lock && lock.isEmpty()
                : Acquisition.isContention(failure);
        Outcome outcome = contended ? Outcome.CONTENDED : failure == null ? Outcome.SUCCEEDED : Outcome.FAILED;
        events.ended(
                LockOperation.ACQUIRE,
                Origin.CALLER,
                outcome,
                failure,
                begunNanos,
                attempts,
                key,
                id,
                outcome == Outcome.SUCCEEDED ? fence : null);
    }
}
