package io.syncguard.bench.jmh;

import io.syncguard.bench.candidate.AsyncPair;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A thread that keeps a number of pairs in flight: it starts one as soon as another has ended. While it is at it, as many
 * start as end, so that starts can be counted for ends.
 */
@State(Scope.Thread)
public class AsyncCaller {
    private static final long PATIENCE_SECONDS = 30;

    /** How many. */
    @Param("1")
    public int inFlight = 1;

    private final BlockingQueue<AsyncPair> idle = new LinkedBlockingQueue<>();
    private volatile @Nullable Throwable failure;

    /** Prepares the locks, one for each in flight. */
    @Setup(Level.Trial)
    public void prepare(Subject subject) {
        idle.clear();
        for (int slot = 0; slot < inFlight; slot++) {
            idle.add(subject.client().asyncPair(KeyNames.of(slot, 0)).orElseThrow());
        }
    }

    void run() throws InterruptedException {
        AsyncPair pair = next();
        long started = System.nanoTime();
        pair.run().whenComplete((ended, failed) -> {
            Latencies.OPERATIONS.record(System.nanoTime() - started);
            if (failed != null) {
                failure = failed;
            }
            idle.add(pair);
        });
    }

    private AsyncPair next() throws InterruptedException {
        AsyncPair pair = idle.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Throwable failed = failure;
        if (failed != null) {
            throw new IllegalStateException("an asynchronous call failed", failed);
        }
        if (pair == null) {
            throw new IllegalStateException("none of " + inFlight + " calls ended within " + PATIENCE_SECONDS + " s");
        }
        return pair;
    }

    /** Waits for those in flight. */
    @TearDown(Level.Trial)
    public void await() throws InterruptedException {
        for (int slot = 0; slot < inFlight; slot++) {
            next();
        }
    }
}
