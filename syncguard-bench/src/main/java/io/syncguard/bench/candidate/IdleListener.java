package io.syncguard.bench.candidate;

import io.syncguard.LockEvent;
import io.syncguard.LockListener;

/** Hears of every operation and does nothing about it. */
final class IdleListener implements LockListener {
    @Override
    public void operationEnded(LockEvent event) {
        // What is measured is that it was called.
    }
}
