package io.syncguard.spring.boot;

import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockListener;
import io.syncguard.LostLock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/** Passes what a guard reports on to several listeners. One that throws does not keep it from the others. */
record ListenersInOrder(List<LockListener> listeners) implements LockListener {
    private static final Logger LOGGER = System.getLogger(ListenersInOrder.class.getName());

    private void each(Consumer<LockListener> report) {
        for (LockListener listener : listeners) {
            try {
                report.accept(listener);
            } catch (RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        "a lock listener failed: " + listener.getClass().getName(),
                        e);
            }
        }
    }

    @Override
    public void operationEnded(LockEvent event) {
        each(listener -> listener.operationEnded(event));
    }

    @Override
    public void lockLost(LostLock lost) {
        each(listener -> listener.lockLost(lost));
    }

    @Override
    public void closeFailed(LockLabel lock, LockException failure) {
        each(listener -> listener.closeFailed(lock, failure));
    }

    @Override
    public void closedTooLate(LockLabel lock) {
        each(listener -> listener.closedTooLate(lock));
    }

    @Override
    public void eventsDropped(long count) {
        each(listener -> listener.eventsDropped(count));
    }
}
