package io.syncguard.bench.handoff;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The time that counts: contenders contend before it too, until it ends. In {@link System#nanoTime()}.
 *
 * @param fromNanos where it begins
 * @param untilNanos where it ends; not part of it
 */
record Window(long fromNanos, long untilNanos) {

    /** Returns a window that begins after the warm-up. */
    static Window soon(Duration warmUp, Duration length) {
        long from = System.nanoTime() + warmUp.toNanos();
        return new Window(from, from + length.toNanos());
    }

    boolean contains(long nanos) {
        return nanos - fromNanos >= 0 && nanos - untilNanos < 0;
    }

    boolean isOver() {
        return System.nanoTime() - untilNanos >= 0;
    }

    double seconds() {
        return (double) (untilNanos - fromNanos) / TimeUnit.SECONDS.toNanos(1);
    }

    /** Blocks until a time. */
    static void await(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
