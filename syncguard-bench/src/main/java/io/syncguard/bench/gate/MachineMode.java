package io.syncguard.bench.gate;

import io.syncguard.bench.report.Numbers;
import io.syncguard.bench.stats.Sample;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How fast this machine runs scripts. On a slow one the server is what limits several callers, whatever their library does, and some bounds
 * are others there (ADR 17).
 *
 * @param pairMicros how many microseconds the scripts of an acquire and its release take the server together
 * @param generatorPairs how many such pairs a second the load generator in C makes on eight connections; empty if it is not installed
 */
record MachineMode(double pairMicros, OptionalDouble generatorPairs) {
    /** Between the machines on which all was measured: some 9 µs on the one, 13 and 26 on the others. */
    private static final double SLOW_MICROS = 11;

    static MachineMode of(List<Double> pairMicros, OptionalDouble generatorPairs) {
        double[] rounds = pairMicros.stream().mapToDouble(Double::doubleValue).toArray();
        return new MachineMode(new Sample(rounds).median(), generatorPairs);
    }

    boolean isSlow() {
        return pairMicros > SLOW_MICROS;
    }

    /** Returns a line for the report. */
    String line() {
        return "Mode: " + (isSlow() ? "slow" : "fast") + "; the scripts of a pair take the server "
                + Numbers.brief(pairMicros) + " µs (slow is above " + Numbers.brief(SLOW_MICROS)
                + "), and redis-benchmark "
                + (generatorPairs.isPresent()
                        ? "makes " + Numbers.brief(generatorPairs.getAsDouble()) + " pairs/s on eight connections"
                        : "is not installed");
    }
}
