package io.syncguard.bench.run;

import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import io.syncguard.bench.stats.Sample;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What all slices of all rounds came to. Not thread-safe. */
public final class Results {
    private final Map<Turn, Slice> slices = new HashMap<>();
    private int rounds;

    private record Turn(String entrant, Load load, int round) {}

    /**
     * Adds a slice.
     *
     * @param round from 1
     */
    public void add(String entrant, Load load, int round, Slice slice) {
        rounds = Math.max(rounds, round);
        slices.put(new Turn(entrant, load, round), slice);
    }

    /** Returns whether an entrant had a slice of a load at all. */
    public boolean has(String entrant, Load load) {
        return rounds().anyMatch(round -> slices.containsKey(new Turn(entrant, load, round)));
    }

    /** Returns the median of a figure over all rounds; NaN if it is not known. */
    public double median(String entrant, Load load, Figure figure) {
        return median(rounds().mapToDouble(round -> figure(entrant, load, round, figure)));
    }

    /**
     * Returns the median over all rounds of how many times another's figure one entrant's is, of those rounds that both
     * had: what slows the machine for a while slows both of them. NaN if there are none.
     */
    public double ratio(String entrant, String other, Load load, Figure figure) {
        return median(rounds().mapToDouble(
                        round -> figure(entrant, load, round, figure) / figure(other, load, round, figure)));
    }

    private double figure(String entrant, Load load, int round, Figure figure) {
        return Optional.ofNullable(slices.get(new Turn(entrant, load, round)))
                .map(slice -> slice.get(figure))
                .orElse(Double.NaN);
    }

    private IntStream rounds() {
        return IntStream.rangeClosed(1, rounds);
    }

    private static double median(DoubleStream values) {
        return new Sample(values.filter(Double::isFinite).toArray()).median();
    }
}
