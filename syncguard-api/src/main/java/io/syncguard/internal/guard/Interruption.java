package io.syncguard.internal.guard;

import org.jspecify.annotations.Nullable;

/** Interrupts a working thread if its lock is lost while it works, and not a moment later. Thread-safe. */
final class Interruption {
    private @Nullable Thread worker = Thread.currentThread();
    private boolean fired;

    /** Called when the lock is lost. */
    synchronized void fire() {
        Thread working = worker;
        if (working != null) {
            fired = true;
            working.interrupt();
        }
    }

    /**
     * Called by the working thread when it is done. No interrupt comes after this, and one that the work took no notice of is
     * cleared.
     *
     * @return whether it was interrupted
     */
    synchronized boolean end() {
        worker = null;
        if (fired) {
            Thread.interrupted();
        }
        return fired;
    }
}
