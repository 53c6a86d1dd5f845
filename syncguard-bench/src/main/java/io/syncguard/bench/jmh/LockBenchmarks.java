package io.syncguard.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;

/** What JMH measures. Callers check every answer, so that nothing can be optimized away. */
public class LockBenchmarks {
    /** A lock is taken and given back. */
    @Benchmark
    public void pair(PairCaller caller) throws Exception {
        caller.run();
    }

    /** The same without blocking. */
    @Benchmark
    public void asyncPair(AsyncCaller caller) throws InterruptedException {
        caller.run();
    }

    /** A lock is prolonged. */
    @Benchmark
    public void extend(HolderCaller caller) {
        caller.extend();
    }

    /** A held lock is asked for. */
    @Benchmark
    public void isLocked(HolderCaller caller) {
        caller.isLocked();
    }

    /** A held lock is looked up by its key. */
    @Benchmark
    public void lookup(HolderCaller caller) {
        caller.lookup();
    }
}
