package io.syncguard.memory;

import io.syncguard.spi.GuardClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of a store: its time authority (TIME-4) and what the guards on it measure by (TIME-8). It runs as the machine's does, and a
 * test may move it forward. Thread-safe.
 */
final class MemoryClock implements GuardClock {
    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    /** By how much it was moved. */
    private final AtomicLong aheadNanos = new AtomicLong();

    private final Set<JumpListener> listeners = ConcurrentHashMap.newKeySet();

    /** Returns milliseconds since the epoch that follow the monotonic clock from one look at the wall clock. */
    long nowMillis() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(nanoTime() - startNanos);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + aheadNanos.get();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(aheadNanos.get());
    }

    @Override
    public void addJumpListener(JumpListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeJumpListener(JumpListener listener) {
        listeners.remove(listener);
    }

    /** Moves it forward. Returns once the timers of all guards have done what has become due. */
    void advance(Duration time) {
        aheadNanos.addAndGet(time.toNanos());
        listeners.forEach(JumpListener::clockJumped);
    }
}
