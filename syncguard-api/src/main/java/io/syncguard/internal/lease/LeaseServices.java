package io.syncguard.internal.lease;

import io.syncguard.LockException;
import io.syncguard.LockListener;
import io.syncguard.LockOperation;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.observe.EventDispatcher;
import io.syncguard.internal.observe.LockSubject;
import io.syncguard.internal.observe.Observers;
import io.syncguard.internal.threads.GuardThreads;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What the held locks of one guard share.
 *
 * @param observers are told of operations
 * @param teller is told of losses and failed releases
 * @param operationTimeout the longest that an operation of the backend takes (OPT-2)
 */
public record LeaseServices(
        BackendCaller backend,
        GuardThreads threads,
        OrphanReleaser orphans,
        LeaseRegistry registry,
        BeatSender beats,
        Observers observers,
        EventDispatcher teller,
        Duration operationTimeout,
        LocalClocks clocks) {

    /** Tells of a call that was refused, and returns why. */
    public LockException refused(LockOperation operation, LockSubject subject, LockException failure) {
        observers.refused(operation, subject, failure);
        return failure;
    }

    /** Tells the listener, which logs if the application has given none. */
    void tell(Consumer<LockListener> event) {
        teller.tell(event);
    }
}
