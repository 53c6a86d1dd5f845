package io.syncguard.bench.gate;

import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.run.Results;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the targets of uncontended pairs, beside the peers, from the slices. */
final class PairChecks {
    static final List<Load> LOADS = List.of(Load.pairs(1), Load.pairs(8), Load.pairs(32), Load.async(256));
    static final List<String> ENTRANTS = List.of(
            "syncguard-jedis",
            "shedlock-jedis",
            "syncguard-lettuce",
            "shedlock-lettuce",
            "redisson-fenced-lock",
            "c-generator");

    private static final String JEDIS = "syncguard-jedis";
    private static final String LETTUCE = "syncguard-lettuce";
    private static final String FENCED = "redisson-fenced-lock";
    private static final Load ONE = Load.pairs(1);
    private static final Load EIGHT = Load.pairs(8);
    private static final Load MANY = Load.pairs(32);
    private static final Load ASYNC = Load.async(256);

    private final Results results;

    private PairChecks(Results results) {
        this.results = results;
    }

    /**
     * Returns what was measured.
     *
     * @param noGenerator why the load generator is not there; empty if it is
     */
    static Map<Target, Reading> of(Results results, Optional<String> noGenerator) {
        return new PairChecks(results).read(noGenerator);
    }

    private Map<Target, Reading> read(Optional<String> noGenerator) {
        EnumMap<Target, Reading> readings = new EnumMap<>(Target.class);
        readings.put(Target.OPERATIONS, Reading.of(2 * results.median(JEDIS, EIGHT, Figure.RATE)));
        readings.put(Target.FENCED_8, rate(JEDIS, FENCED, EIGHT));
        readings.put(Target.FENCED_32, rate(LETTUCE, FENCED, MANY));
        readings.put(Target.FENCED_ASYNC, rate(LETTUCE, FENCED, ASYNC));
        readings.put(Target.FENCED_P50, worst(Figure.P50));
        readings.put(Target.FENCED_P99, worst(Figure.P99));
        readings.put(
                Target.SHEDLOCK_JEDIS,
                rate(JEDIS, "shedlock-jedis", ONE)
                        .smaller(rate(JEDIS, "shedlock-jedis", EIGHT))
                        .smaller(rate(JEDIS, "shedlock-jedis", MANY)));
        readings.put(Target.SHEDLOCK_LETTUCE, rate(LETTUCE, "shedlock-lettuce", MANY));
        readings.put(Target.LATENCY, noGenerator.map(Reading::skipped).orElseGet(this::latency));
        return readings;
    }

    private Reading rate(String ours, String other, Load load) {
        return ratio(ours, other, load, Figure.RATE);
    }

    private Reading ratio(String ours, String other, Load load, Figure figure) {
        return Reading.at(results.ratio(ours, other, load, figure), ours + ", " + load.title());
    }

    /** Both clients under every load; asynchronous calls are Lettuce's, because Jedis blocks a thread for each. */
    private Reading worst(Figure figure) {
        Reading worst = ratio(LETTUCE, FENCED, ASYNC, figure);
        for (Load load : List.of(ONE, EIGHT, MANY)) {
            worst = worst.greater(ratio(JEDIS, FENCED, load, figure)).greater(ratio(LETTUCE, FENCED, load, figure));
        }
        return worst;
    }

    /** The generator's acquires and releases each have their own percentile, so ours are taken apart too. */
    private Reading latency() {
        double acquire = results.ratio(JEDIS, "c-generator", ONE, Figure.ACQUIRE_P50);
        double release = results.ratio(JEDIS, "c-generator", ONE, Figure.RELEASE_P50);
        return Reading.at(acquire, "acquire").greater(Reading.at(release, "release"));
    }
}
