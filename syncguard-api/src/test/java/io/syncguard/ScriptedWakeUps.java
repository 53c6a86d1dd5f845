package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Places whose attempts are answered as a test says, after a while, and which are called by the test. */
final class ScriptedWakeUps implements WakeUps {
    /** One attempt in a place. */
    record Attempt(LockId id, long nanos) {}

    final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    final List<Runnable> closed = new CopyOnWriteArrayList<>();

    volatile Duration holdBack = Duration.ZERO;
    volatile Duration standAside = Duration.ZERO;

    /** Runs when somebody asks whether to stand aside, once. */
    final AtomicReference<Runnable> whenAsked = new AtomicReference<>(() -> {});

    /** What an attempt is answered, by how many there have been. */
    volatile Function<Integer, AcquireResult> answers = number -> Contended.unknown();

    /** Whether whoever wakes a thread makes its attempt. */
    volatile boolean triesWhereWoken;

    /** The future of an asynchronous attempt, by its answer. */
    volatile Function<AcquireResult, CompletableFuture<AcquireResult>> futures =
            result -> new CompletableFuture<AcquireResult>().completeOnTimeout(result, 5, TimeUnit.MILLISECONDS);

    /** Runs while an attempt is under way. */
    volatile Runnable meanwhile = () -> {};

    void wake() {
        wakes.forEach(Runnable::run);
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        wakes.add(wake);
        return new ScriptedPlace(wake);
    }

    @Override
    public boolean triesWhereWoken() {
        return triesWhereWoken;
    }

    @Override
    public Duration holdBack(LockKey key) {
        return holdBack;
    }

    @Override
    public Duration standAside(LockKey key) {
        whenAsked.getAndSet(() -> {}).run();
        return standAside;
    }

    private final class ScriptedPlace implements Place {
        private final Runnable wake;

        ScriptedPlace(Runnable wake) {
            this.wake = wake;
        }

        private AcquireResult attempt(LockId id) {
            attempts.add(new Attempt(id, System.nanoTime()));
            return answers.apply(attempts.size());
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            AcquireResult result = attempt(id);
            meanwhile.run();
            return result;
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            AcquireResult result = attempt(id);
            meanwhile.run();
            return futures.apply(result);
        }

        @Override
        public void close() {
            closed.add(wake);
        }
    }
}
