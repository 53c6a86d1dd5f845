package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockEvent;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An operation under way, of which somebody is told. Thread-safe. */
public final class RunningOperation {
    private final Observers observers;
    private final @Nullable LockObserver observer;
    private final LockObserver.@Nullable Operation observed;
    private final LockOperation operation;
    private final Origin origin;
    private final LockSubject subject;
    private final long begunNanos;
    private final AtomicBoolean over = new AtomicBoolean();

    RunningOperation(
            Observers observers,
            @Nullable LockObserver observer,
            LockOperation operation,
            Origin origin,
            LockSubject subject) {
        this.observers = observers;
        this.observer = observer;
        this.operation = operation;
        this.origin = origin;
        this.subject = subject;
        this.begunNanos = observers.nanoTime();
        this.observed = observer != null && origin == Origin.CALLER
                ? observer.operationBegins(observers.backend(), operation, observers.labelOf(subject))
                : null;
    }

    /** Tells that the lock was granted. Returns the lock as it is held; null if nobody wants to know. */
    public @Nullable RunningHold granted(HeldSubject lock, FenceToken fence) {
        LockObserver.Hold hold = observed == null ? null : observed.granted(observers.label(lock), fence);
        return hold == null ? null : new RunningHold(observers, hold, lock, fence);
    }

    /**
     * Tells how the operation has ended, unless that was told before.
     *
     * @param fence the token of a lock that was granted
     */
    public void ended(Outcome outcome, @Nullable LockException failure, int attempts, @Nullable FenceToken fence) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        long heldNanos = subject.heldNanos();
        LockEvent event = new EndedOperation(
                observers.backend(),
                operation,
                origin,
                outcome,
                Observers.reason(failure),
                Duration.ofNanos(observers.nanoTime() - begunNanos),
                attempts,
                observers.labelOf(subject),
                Optional.ofNullable(subject.id()),
                Optional.ofNullable(fence),
                heldNanos == LockSubject.NOT_HELD ? Optional.empty() : Optional.of(Duration.ofNanos(heldNanos)));
        if (observed != null) {
            observed.ended(event, Optional.ofNullable(failure));
        } else if (observer != null && origin != Origin.CALLER) {
            LockObserver told = observer;
            observers.inBackground(() -> told.backgroundEnded(event));
        }
        observers.tellListener(event);
    }
}
