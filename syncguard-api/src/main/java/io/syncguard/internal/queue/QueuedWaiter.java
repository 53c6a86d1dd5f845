package io.syncguard.internal.queue;

import io.syncguard.spi.WakeUps;
import org.jspecify.annotations.Nullable;

/** One waiter in a {@link LocalWaitQueue}. */
public abstract class QueuedWaiter {
    volatile @Nullable LocalWaitQueue queue;

    /** Called when an attempt may succeed, or something else has changed. Must not block. */
    protected abstract void wake();

    /** Returns the place in which this waiter may try now; null unless it is the first in its queue. */
    public final WakeUps.@Nullable Place placeIfFirst() {
        LocalWaitQueue joined = queue;
        return joined == null ? null : joined.placeFor(this);
    }

    /** Leaves the queue, if it has joined one. May be repeated. */
    public final void leave() {
        LocalWaitQueue joined = queue;
        if (joined != null) {
            joined.leave(this);
        }
    }
}
