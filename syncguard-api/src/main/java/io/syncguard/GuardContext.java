package io.syncguard;

import io.syncguard.LockEvent.Origin;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockBackend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one guard share.
 *
 * @param backend for the calls of the application; observed, where there is a listener
 * @param events null where there is no listener
 * @param lines null where the backend does not wake those that wait
 */
record GuardContext(
        LockBackend backend,
        Lifecycle lifecycle,
        Settler settler,
        FenceWatch fenceWatch,
        Heartbeats heartbeats,
        HeldLocks heldLocks,
        @Nullable Events events,
        Line.@Nullable All lines) {

    private static final Logger LOGGER = System.getLogger(GuardContext.class.getName());

    static GuardContext of(LockBackend backend, GuardOptions options) {
        Events events = options.isObserved() ? new Events(options.listener()) : null;
        AsyncLockBackend async = backend.async();
        return new GuardContext(
                events == null ? backend : new ObservedBackend(backend, events),
                new Lifecycle(),
                new Settler(events == null ? async : new ObservedAsyncBackend(async, events, Origin.SETTLER)),
                new FenceWatch(),
                new Heartbeats(events == null ? async : new ObservedAsyncBackend(async, events, Origin.HEARTBEAT)),
                new HeldLocks(),
                events,
                backend.wakeUps().map(Line.All::new).orElse(null));
    }

    /** Tells the listener, or does what happens where there is none. */
    void tell(Consumer<LockListener> event) {
        if (events == null) {
            event.accept(LockListener.LOGGING);
        } else {
            events.tell(event);
        }
    }

    void close(Duration timeout) {
        lifecycle.close(this::wakeAll);
        int left = heldLocks.giveBackAll(timeout);
        if (left > 0) {
            LOGGER.log(Level.WARNING, "{0} locks could not be given back on closing; they free themselves", left);
        }
        settler.close();
        backend.close();
        heartbeats.close();
        if (events != null) {
            events.close();
        }
    }

    private void wakeAll() {
        if (lines != null) {
            lines.wakeAll();
        }
    }
}
