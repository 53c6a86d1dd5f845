package io.syncguard.bench.jmh;

import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Operation;
import io.syncguard.bench.load.Slice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Has JMH run one load in this JVM: one iteration to get going, and one that counts. */
final class JmhSlice {
    private static final Map<Figure, String> LABELS = Map.of(
            Figure.BYTES, "gc.alloc.rate.norm",
            Figure.P50, LatencyProfiler.P50,
            Figure.P99, LatencyProfiler.P99,
            Figure.P999, LatencyProfiler.P999,
            Figure.ACQUIRE_P50, LatencyProfiler.ACQUIRE_P50,
            Figure.RELEASE_P50, LatencyProfiler.RELEASE_P50);

    private JmhSlice() {}

    /**
     * Runs it and writes what JMH has to say to a file.
     *
     * @param json where to write it; nowhere if it is the empty path
     */
    static Slice run(String candidate, Load load, String round, Duration warmUp, Duration time, Path json)
            throws RunnerException, IOException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(LockBenchmarks.class.getName() + "." + method(load.operation())) + "$")
                .forks(0)
                .threads(load.isAsync() ? 1 : load.callers())
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(warmUp.toMillis()))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(time.toMillis()))
                .mode(Mode.Throughput)
                .timeUnit(TimeUnit.SECONDS)
                .addProfiler(GCProfiler.class)
                .addProfiler(LatencyProfiler.class)
                .param("candidate", candidate)
                .param("round", round)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (load.isAsync()) {
            options.param("inFlight", Integer.toString(load.callers()));
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        if (!json.toString().isEmpty()) {
            write(results, json);
        }
        return slice(results.iterator().next());
    }

    private static String method(Operation operation) {
        return switch (operation) {
            case PAIR -> "pair";
            case ASYNC_PAIR -> "asyncPair";
            case EXTEND -> "extend";
            case IS_LOCKED -> "isLocked";
            case LOOKUP -> "lookup";
        };
    }

    private static void write(Collection<RunResult> results, Path json) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }

    private static Slice slice(RunResult result) {
        EnumMap<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.RATE, result.getPrimaryResult().getScore());
        LABELS.forEach((figure, label) -> {
            Result<?> found = result.getSecondaryResults().get(label);
            if (found != null) {
                figures.put(figure, found.getScore());
            }
        });
        return new Slice(figures);
    }
}
