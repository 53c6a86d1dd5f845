package io.syncguard.bench.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * A logarithmic scale from one number to another.
 *
 * @param least its left end, a power of ten times 1, 2 or 5
 * @param most its right end, the same
 */
record LogScale(double least, double most) {
    private static final int[] STEPS = {1, 2, 5};

    /** Returns a scale that all of some numbers above zero lie on. */
    static LogScale over(double smallest, double greatest) {
        double least = 1e-9;
        double most = 1e-9;
        for (double tick : ticks(1e-3, 1e9)) {
            if (tick <= smallest) {
                least = tick;
            }
            if (most < greatest) {
                most = tick;
            }
        }
        return new LogScale(least, Math.max(most, least * 10));
    }

    /** Returns where a number lies: 0 at the left end, 1 at the right. */
    double position(double value) {
        return Math.log(value / least) / Math.log(most / least);
    }

    /** Returns the numbers to write on it: 1, 2 and 5 of each power of ten, only 1 if it is long. */
    List<Double> ticks() {
        List<Double> all = ticks(least, most);
        return all.size() <= 7
                ? all
                : all.stream().filter(LogScale::isPowerOfTen).toList();
    }

    private static boolean isPowerOfTen(double tick) {
        double exponent = Math.log10(tick);
        return Math.abs(exponent - Math.rint(exponent)) < 1e-6;
    }

    private static List<Double> ticks(double from, double to) {
        List<Double> ticks = new ArrayList<>();
        for (int exponent = -3; exponent <= 9; exponent++) {
            for (int step : STEPS) {
                double tick = step * Math.pow(10, exponent);
                if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
