package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Wake-ups each method of which does what a test puts in its place. The lock is free as often as a test says. */
final class StubbedWakeUps implements WakeUps {
    /** How many attempts find the lock free. */
    final AtomicInteger grants = new AtomicInteger();

    final AtomicInteger attempts = new AtomicInteger();
    final AtomicInteger entered = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    volatile Runnable entering = () -> {};
    volatile Runnable closing = () -> {};
    volatile Supplier<Duration> holdBack = () -> Duration.ZERO;
    volatile Supplier<Duration> standAside = () -> Duration.ZERO;
    volatile Supplier<AcquireResult> answers = this::granted;
    volatile boolean triesWhereWoken;

    /** Wakes the place that was entered last. */
    volatile Runnable wake = () -> {};

    /** Answers an attempt by {@link #grants}. */
    AcquireResult granted() {
        return grants.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? ScriptedBackend.acquired(1)
                : Contended.unknown();
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        entering.run();
        entered.incrementAndGet();
        this.wake = wake;
        return new StubbedPlace();
    }

    @Override
    public Duration holdBack(LockKey key) {
        return holdBack.get();
    }

    @Override
    public Duration standAside(LockKey key) {
        return standAside.get();
    }

    @Override
    public boolean triesWhereWoken() {
        return triesWhereWoken;
    }

    private final class StubbedPlace implements Place {
        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            attempts.incrementAndGet();
            return answers.get();
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            try {
                return CompletableFuture.completedFuture(acquire(id, ttl, waited));
            } catch (LockException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void close() {
            try {
                closing.run();
            } finally {
                closed.incrementAndGet();
            }
        }
    }
}
