package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockObserver;
import io.syncguard.LostLock.Cause;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A held lock, whose end somebody is told of, once. Thread-safe. */
public final class RunningHold {
    private final Observers observers;
    private final LockObserver.Hold observed;
    private final HeldSubject lock;
    private final FenceToken fence;
    private final AtomicBoolean over = new AtomicBoolean();

    RunningHold(Observers observers, LockObserver.Hold observed, HeldSubject lock, FenceToken fence) {
        this.observers = observers;
        this.observed = observed;
        this.lock = lock;
        this.fence = fence;
    }

    /** Tells that work begins under the lock. Returns what is closed on the same thread when it ends. */
    public LockObserver.Scope workBegins() {
        return observed.workBegins();
    }

    /** Returns what tells how the lock has ended; null if that was told before. */
    public @Nullable Runnable end(HoldEvent.Ending ending, @Nullable Cause cause) {
        if (!over.compareAndSet(false, true)) {
            return null;
        }
        HoldEvent event = new EndedHold(
                observers.label(lock),
                lock.id(),
                fence,
                ending,
                Optional.ofNullable(cause),
                Duration.ofNanos(lock.heldNanos()));
        return () -> observed.ended(event);
    }
}
