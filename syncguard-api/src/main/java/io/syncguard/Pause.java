package io.syncguard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * A wait that parks no thread, by the JDK's own timer, of which there is one for the whole JVM. What follows it runs on the
 * common pool, so that it cannot hold the timer up.
 */
final class Pause extends CompletableFuture<Void> {
    /** The common pool has no threads where it was configured so. */
    static final Executor EXECUTOR = ForkJoinPool.getCommonPoolParallelism() > 0
            ? ForkJoinPool.commonPool()
            : work -> new Thread(work, "syncguard-pause").start();

    private final Runnable task;
    private volatile boolean cancelled;

    /** Creates a pause that the task follows, unless it is cancelled. */
    Pause(Runnable task) {
        this.task = task;
    }

    void start(long nanos) {
        // A pause does not fail, and its task sees to its own failures.
        completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS).thenRun(() -> {
            if (!cancelled) {
                EXECUTOR.execute(task);
            }
        });
    }

    /** Takes the pause off the timer, which JDK 17 does for futures that complete normally only. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        cancelled = true;
        return complete(null);
    }
}
