package io.syncguard.internal.lease;

import io.syncguard.LockListener;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.observe.EventDispatcher;
import io.syncguard.internal.threads.GuardThreads;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the held locks of one guard share.
 *
 * @param events null if nothing listens
 * @param operationTimeout the longest that an operation of the backend takes (OPT-2)
 */
public record LeaseServices(
        BackendCaller backend,
        GuardThreads threads,
        OrphanReleaser orphans,
        LeaseRegistry registry,
        BeatSender beats,
        @Nullable EventDispatcher events,
        Duration operationTimeout,
        LocalClocks clocks) {

    /** Tells the listener, or does what the default listener does if there is none. */
    void tell(Consumer<LockListener> event) {
        if (events == null) {
            try {
                event.accept(LockListener.LOGGING);
            } catch (RuntimeException loggerFailed) {
                // It changes no outcome.
            }
        } else {
            events.tell(event);
        }
    }
}
