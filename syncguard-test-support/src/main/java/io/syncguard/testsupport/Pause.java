package io.syncguard.testsupport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A pause that lasts. A single {@link LockSupport#parkNanos} may return at once, because of a permit that was left over from something
 * else that the thread waited for, and then a test finds a lock alive whose time should be over.
 */
public final class Pause {
    private Pause() {}

    /** Returns after that time, and not before. */
    public static void of(Duration time) {
        until(System.nanoTime() + time.toNanos());
    }

    /** Returns after so many milliseconds, and not before. */
    public static void millis(long millis) {
        until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Returns when {@link System#nanoTime()} has got there, and not before. An interrupt is kept for later. */
    public static void until(long nanos) {
        boolean interrupted = false;
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
