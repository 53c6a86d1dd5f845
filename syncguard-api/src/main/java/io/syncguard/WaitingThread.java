package io.syncguard;

import java.util.concurrent.locks.LockSupport;

/** A thread in line. Confined to it but for {@link #wake()}. */
final class WaitingThread extends Line.Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    @Override
    void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /**
     * Waits until it is woken, also if that was since the last call, or the time is over.
     *
     * @return whether it was woken
     * @throws InterruptedException if the thread was interrupted; the flag is cleared
     */
    boolean await(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!woken) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        woken = false;
        return true;
    }
}
