package io.syncguard.bench.handoff;

import io.syncguard.bench.stats.Sample;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What a race came to. A figure that cannot be told is NaN.
 *
 * @param sections how often the lock was taken, per second
 * @param handOvers how often it went from one contender to another, per second
 * @param handOffP50 how long that took in microseconds, in half of the cases at most
 * @param handOffP99 the same, in 99 of 100 cases
 * @param worstWait the longest wait of any attempt, in milliseconds; one still under way at the end counts until then
 * @param fewestOfMost the fewest turns a contender had, as a fraction of the most
 * @param commands commands on the server per section, those that scripts call included
 * @param scripts scripts on the server per section
 * @param timeouts how many attempts ran out of patience
 * @param failures how many failed
 * @param overlaps how often two had the lock at once
 */
public record Figures(
        double sections,
        double handOvers,
        double handOffP50,
        double handOffP99,
        double worstWait,
        double fewestOfMost,
        double commands,
        double scripts,
        long timeouts,
        long failures,
        long overlaps) {

    /** Returns the median of each figure over some races, and the sum of what must not happen at all. */
    static Figures over(List<Figures> races) {
        return new Figures(
                median(races, Figures::sections),
                median(races, Figures::handOvers),
                median(races, Figures::handOffP50),
                median(races, Figures::handOffP99),
                median(races, Figures::worstWait),
                median(races, Figures::fewestOfMost),
                median(races, Figures::commands),
                median(races, Figures::scripts),
                sum(races, Figures::timeouts),
                sum(races, Figures::failures),
                sum(races, Figures::overlaps));
    }

    private static double median(List<Figures> races, ToDoubleFunction<Figures> figure) {
        return new Sample(races.stream()
                        .mapToDouble(figure)
                        .filter(value -> !Double.isNaN(value))
                        .toArray())
                .median();
    }

    private static long sum(List<Figures> races, ToLongFunction<Figures> figure) {
        return races.stream().mapToLong(figure).sum();
    }
}
