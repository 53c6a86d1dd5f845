package io.syncguard.bench.stats;

import java.util.Arrays;

/** Numbers to ask for percentiles. Immutable. */
public final class Sample {
    private final double[] sorted;

    /** Takes a copy of them, in any order. */
    public Sample(double... values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    /**
     * Returns the smallest number that at least so many percent of them do not exceed (nearest rank); NaN if there are
     * none.
     *
     * @param percent above 0 and up to 100
     */
    public double percentile(double percent) {
        if (percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("a percentile is above 0 and up to 100, not " + percent);
        }
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[rank - 1];
    }

    /** Returns the middle one, the mean of the middle two where they are even in number; NaN if there are none. */
    public double median() {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
