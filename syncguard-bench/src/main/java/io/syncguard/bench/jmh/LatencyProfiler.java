package io.syncguard.bench.jmh;

import io.syncguard.bench.stats.Histogram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds percentiles of what the callers timed themselves to JMH's results: of asynchronous calls JMH sees only the start. */
public final class LatencyProfiler implements InternalProfiler {
    static final String P50 = "latency.p50";
    static final String P99 = "latency.p99";
    static final String P999 = "latency.p99.9";
    static final String ACQUIRE_P50 = "latency.acquire.p50";
    static final String RELEASE_P50 = "latency.release.p50";

    private static final String UNIT = "us/op";

    /** For JMH. */
    public LatencyProfiler() {}

    @Override
    public String getDescription() {
        return "Percentiles of the operations' durations";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Latencies.clear();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<Result<?>> results = new ArrayList<>();
        add(results, P50, Latencies.OPERATIONS, 50);
        add(results, P99, Latencies.OPERATIONS, 99);
        add(results, P999, Latencies.OPERATIONS, 99.9);
        add(results, ACQUIRE_P50, Latencies.ACQUIRES, 50);
        add(results, RELEASE_P50, Latencies.RELEASES, 50);
        return results;
    }

    private static void add(List<Result<?>> results, String label, Histogram histogram, double percent) {
        double nanos = histogram.percentile(percent);
        if (!Double.isNaN(nanos)) {
            results.add(new ScalarResult(label, nanos / TimeUnit.MICROSECONDS.toNanos(1), UNIT, AggregationPolicy.AVG));
        }
    }
}
