package io.syncguard.bench.gate;

import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.run.Results;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the targets of what the library adds to a bare client. It is measured beside that one and nobody else: beside many
 * JVMs both lose, the one with more to do the more.
 */
final class FloorChecks {
    static final List<String> JEDIS = List.of("syncguard-jedis", "raw-jedis");
    static final List<Load> JEDIS_LOADS = List.of(Load.pairs(1), Load.pairs(8), Load.pairs(32));
    static final List<String> LETTUCE = List.of("syncguard-lettuce", "raw-lettuce");
    static final List<Load> LETTUCE_LOADS = PairChecks.LOADS;

    static final List<String> HANDED_IN = List.of("syncguard-jedis-handed-in", "raw-jedis");
    static final List<Load> HANDED_IN_LOADS = JEDIS_LOADS;
    static final List<String> CLUSTER =
            List.of("syncguard-jedis-cluster", "syncguard-jedis-cluster-handed-in", "raw-jedis-cluster");
    static final List<Load> CLUSTER_LOADS = List.of(Load.pairs(8));

    private FloorChecks() {}

    /** Returns what was measured. */
    static Map<Target, Reading> of(Results jedis, Results lettuce) {
        EnumMap<Target, Reading> readings = new EnumMap<>(Target.class);
        readings.put(Target.FLOOR_JEDIS_1, ratio(jedis, JEDIS, Load.pairs(1), Figure.RATE));
        readings.put(Target.FLOOR_JEDIS_8, ratio(jedis, JEDIS, Load.pairs(8), Figure.RATE));
        readings.put(Target.FLOOR_JEDIS_32, ratio(jedis, JEDIS, Load.pairs(32), Figure.RATE));
        readings.put(Target.FLOOR_LETTUCE_1, ratio(lettuce, LETTUCE, Load.pairs(1), Figure.RATE));
        readings.put(Target.FLOOR_LETTUCE_8, ratio(lettuce, LETTUCE, Load.pairs(8), Figure.RATE));
        readings.put(Target.FLOOR_LETTUCE_32, ratio(lettuce, LETTUCE, Load.pairs(32), Figure.RATE));
        readings.put(Target.FLOOR_LETTUCE_ASYNC, ratio(lettuce, LETTUCE, Load.async(256), Figure.RATE));
        readings.put(Target.BYTES_JEDIS, ratio(jedis, JEDIS, Load.pairs(8), Figure.BYTES));
        readings.put(Target.BYTES_LETTUCE, ratio(lettuce, LETTUCE, Load.pairs(8), Figure.BYTES));
        return readings;
    }

    /** Returns what was measured of a client that was handed in. */
    static Map<Target, Reading> ofHandedIn(Results results) {
        return Map.of(Target.HANDED_IN, worst(results, HANDED_IN, HANDED_IN_LOADS));
    }

    /** Returns what was measured in a cluster, through a client of the library's and through one that was handed in. */
    static Map<Target, Reading> ofCluster(Results results) {
        return Map.of(Target.CLUSTER, worst(results, CLUSTER, CLUSTER_LOADS));
    }

    /** Returns the least part of the last one's rate that any of the others has. */
    private static Reading worst(Results results, List<String> oursAndBare, List<Load> loads) {
        int last = oursAndBare.size() - 1;
        Reading worst = Reading.of(Double.POSITIVE_INFINITY);
        for (String ours : oursAndBare.subList(0, last)) {
            for (Load load : loads) {
                worst = worst.smaller(ratio(results, List.of(ours, oursAndBare.get(last)), load, Figure.RATE));
            }
        }
        return worst;
    }

    private static Reading ratio(Results results, List<String> ofTo, Load load, Figure figure) {
        String ours = ofTo.get(0);
        return Reading.at(results.ratio(ours, ofTo.get(1), load, figure), ours + ", " + load.title());
    }
}
