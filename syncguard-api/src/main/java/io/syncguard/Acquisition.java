package io.syncguard;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: attempts with one id, pauses between them, and what must happen when the outcome of an
 * attempt is unknown (ACQ-4). Confined to the calling thread, which it blocks.
 */
final class Acquisition {
    private final GuardContext context;
    private final LockBackend backend;
    private final LockKey key;
    private final LockOptions options;
    private final Ttl ttl;
    private final LockId id;
    private final long begunNanos = System.nanoTime();
    private int attempts;
    private @Nullable HeldLock held;

    Acquisition(GuardContext context, LockKey key, LockOptions options) {
        this.context = context;
        this.backend = context.backend();
        this.key = key;
        this.options = options;
        this.ttl = options.checkedTtl();
        this.id = backend.newLockId(key);
    }

    /** Tries once; empty on contention. */
    Optional<HeldLock> once() {
        try {
            failIfInterrupted();
            attempt();
        } catch (RuntimeException e) {
            tell(Outcome.FAILED, e);
            throw e;
        }
        tell(held == null ? Outcome.CONTENDED : Outcome.SUCCEEDED, null);
        return Optional.ofNullable(held);
    }

    /** Tries until the lock is taken, the retries are used up, or the time is over after one last try at its end. */
    HeldLock waiting() {
        HeldLock taken;
        try {
            failIfInterrupted();
            taken = untilTaken();
        } catch (RuntimeException e) {
            tell(isContention(e) ? Outcome.CONTENDED : Outcome.FAILED, e);
            throw e;
        }
        tell(Outcome.SUCCEEDED, null);
        return taken;
    }

    private HeldLock untilTaken() {
        Line.All lines = context.lines();
        return lines == null ? withPauses() : withWakeUps(lines);
    }

    private HeldLock withPauses() {
        Patience patience = null;
        while (true) {
            AcquireResult result = attempt();
            HeldLock taken = held;
            if (taken != null) {
                return taken;
            }
            if (patience == null) {
                patience = new Patience(key, options, begunNanos);
            }
            pause(patience.pauseNanosAfter((Contended) result));
        }
    }

    /** Who comes when others wait, here or elsewhere, does not jump the queue; who would not wait takes his one chance. */
    private HeldLock withWakeUps(Line.All lines) {
        boolean othersFirst = lines.isWaitedFor(key) || lines.holdBackNanos(key) > 0;
        if (!othersFirst || options.timeout().isZero()) {
            attempt();
            HeldLock taken = held;
            if (taken != null) {
                return taken;
            }
        }
        Patience patience = new Patience(key, options, begunNanos);
        if (attempts > 0) {
            patience.leftNanosOrGiveUp();
            patience.retry();
        }
        WaitingThread waiter = new WaitingThread(waiting -> startAttempt(lines, waiting, patience));
        lines.join(key, waiter);
        try {
            return inLine(waiter, lines, patience);
        } finally {
            waiter.leave();
        }
    }

    private HeldLock inLine(WaitingThread waiter, Line.All lines, Patience patience) {
        boolean mayStandAside = true;
        while (true) {
            StartedAttempt started = waiter.takeStarted().orElse(null);
            if (started == null && !waiter.isFirst()) {
                await(waiter, patience.leftNanosOrGiveUp());
                continue;
            }
            long asideNanos = started == null && mayStandAside ? lines.standAsideNanos(key) : 0;
            mayStandAside = false;
            if (asideNanos > 0) {
                await(waiter, Math.min(asideNanos, patience.leftNanosOrGiveUp()));
                continue;
            }
            long holdBackNanos = started == null ? lines.holdBackNanos(key) : started.heldBackNanos();
            AcquireResult result =
                    started == null ? attempt(waiter.line().place(), patience.waited()) : answer(started);
            HeldLock taken = held;
            if (taken != null) {
                return taken;
            }
            if (holdBackNanos > 0) {
                await(waiter, Math.min(holdBackNanos, patience.leftNanosOrGiveUp()));
            } else if (!await(waiter, patience.fallbackNanosAfter((Contended) result))) {
                patience.retry();
            }
        }
    }

    private boolean await(WaitingThread waiter, long nanos) {
        try {
            boolean woken = waiter.await(nanos);
            if (context.lifecycle().isClosed() && !waiter.hasStarted()) {
                throw Lifecycle.closed(key);
            }
            return woken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw aborted(e);
        }
    }

    private AcquireResult attempt() {
        attempts++;
        long startedNanos = System.nanoTime();
        context.lifecycle().beginAttempt(key);
        try {
            return kept(backend.acquire(key, id, ttl), startedNanos);
        } catch (LockException e) {
            throw settled(e, startedNanos);
        } finally {
            context.lifecycle().endAttempt();
        }
    }

    /** Tries as the first in line. */
    private AcquireResult attempt(WakeUps.Place place, Duration waited) {
        attempts++;
        long startedNanos = System.nanoTime();
        context.lifecycle().beginAttempt(key);
        try {
            return kept(place.acquire(id, ttl, waited), startedNanos);
        } catch (LockException e) {
            throw settled(e, startedNanos);
        } finally {
            context.lifecycle().endAttempt();
        }
    }

    /** Called by whoever wakes the thread, which waits. The attempt ends with {@link #answer}. */
    private Optional<StartedAttempt> startAttempt(Line.All lines, WaitingThread waiter, Patience patience) {
        if (!lines.tryWhereWoken() || !context.lifecycle().mayBeginAttempt()) {
            return Optional.empty();
        }
        long startedNanos = System.nanoTime();
        long holdBackNanos = lines.holdBackNanos(key);
        CompletableFuture<AcquireResult> answer;
        try {
            answer = waiter.line().place().acquireAsync(id, ttl, patience.waited());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return Optional.of(new StartedAttempt(answer, startedNanos, holdBackNanos));
    }

    private AcquireResult answer(StartedAttempt started) {
        attempts++;
        try {
            return kept(join(started.answer()), started.startedNanos());
        } catch (LockException e) {
            throw settled(e, started.startedNanos());
        } finally {
            context.lifecycle().endAttempt();
        }
    }

    /**
     * Waits for the answer to an attempt that was sent already. An interrupt cancels it, and its outcome is unknown even if it
     * came before this wait.
     */
    private AcquireResult join(CompletableFuture<AcquireResult> sent) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return sent.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    sent.cancel(true);
                }
            }
        } catch (ExecutionException | CancellationException e) {
            throw LockException.within(e)
                    .orElseGet(() -> LockException.outcomeUnknown(
                            e instanceof CancellationException ? LockErrorCode.ABORTED : LockErrorCode.INTERNAL,
                            LockOperation.ACQUIRE,
                            key.fingerprint(),
                            "the backend failed in a way of its own; see the cause",
                            e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Before the attempt ends: closing gives back what is known to be held once no attempt is under way. */
    private AcquireResult kept(AcquireResult result, long startedNanos) {
        if (result instanceof Acquired acquired) {
            held = granted(acquired, startedNanos);
        }
        return result;
    }

    private LockException settled(LockException e, long startedNanos) {
        if (e.isOutcomeUnknown()) {
            context.settler().settle(key, id, ttl, startedNanos);
        }
        return e;
    }

    private HeldLock granted(Acquired acquired, long startedNanos) {
        if (context.lifecycle().isClosed()) {
            context.settler().settle(key, id, ttl, startedNanos);
            throw Lifecycle.closed(key);
        }
        context.fenceWatch().saw(key, acquired.fence());
        HeldLock lock = new HeldLock(context, key, id, acquired, ttl, options.minHold(), startedNanos);
        lock.begin(options.heartbeat());
        return lock;
    }

    private void pause(long nanos) {
        try {
            if (context.lifecycle().closesWithin(nanos)) {
                throw Lifecycle.closed(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw aborted(e);
        }
    }

    private void failIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(null);
        }
    }

    private LockException aborted(@Nullable InterruptedException cause) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key.fingerprint(),
                "the thread was interrupted while it wanted the lock; it was not taken",
                cause);
    }

    static boolean isContention(Throwable failure) {
        return LockException.within(failure)
                .filter(e -> e.code() == LockErrorCode.ACQUISITION_TIMEOUT)
                .isPresent();
    }

    private void tell(Outcome outcome, @Nullable RuntimeException failure) {
        Events events = context.events();
        if (events != null) {
            HeldLock lock = held;
            events.ended(
                    LockOperation.ACQUIRE,
                    Origin.CALLER,
                    outcome,
                    failure,
                    begunNanos,
                    attempts,
                    key,
                    id,
                    lock == null ? null : lock.fence());
        }
    }
}
