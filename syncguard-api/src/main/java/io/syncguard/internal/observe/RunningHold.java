package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.HoldEvent.Ending;
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

    /** Tells how the lock has ended, on this thread, unless that was told before. */
    public void end(Ending ending) {
        if (over.compareAndSet(false, true)) {
            observed.ended(event(ending, null));
        }
    }

    /** Tells that the lock has ended without its holder, on another thread, unless an end was told before. */
    public void endInBackground(Ending ending, @Nullable Cause cause) {
        if (over.compareAndSet(false, true)) {
            HoldEvent event = event(ending, cause);
            observers.inBackground(() -> observed.ended(event));
        }
    }

    private HoldEvent event(Ending ending, @Nullable Cause cause) {
        return new EndedHold(
                observers.label(lock),
                lock.id(),
                fence,
                ending,
                Optional.ofNullable(cause),
                Duration.ofNanos(lock.heldNanos()));
    }
}
