package io.syncguard.bench.stats;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in buckets that are less than one percent wide. Thread-safe; recording does not block. */
public final class Histogram {
    /** So many buckets for each doubling, so that none is wider than 1/128 of what it counts. */
    private static final int BITS = 7;

    private static final int STEPS = 1 << BITS;

    private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - BITS) * STEPS);

    /** Counts a duration; a negative one as zero. */
    public void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos)));
    }

    /** Forgets everything. What is recorded at the same time may be lost or not. */
    public void clear() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    /** Returns how many were counted. */
    public long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /**
     * Returns the duration in nanoseconds that so many percent of all do not exceed, to within one percent (nearest
     * rank); NaN if there are none.
     *
     * @param percent above 0 and up to 100
     */
    public double percentile(double percent) {
        if (percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("a percentile is above 0 and up to 100, not " + percent);
        }
        long rank = (long) Math.ceil(percent / 100 * count());
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return middle(i);
            }
        }
        return Double.NaN;
    }

    private static int bucket(long nanos) {
        int shift = Math.max(0, Long.SIZE - BITS - 1 - Long.numberOfLeadingZeros(nanos));
        return shift * STEPS + (int) (nanos >>> shift);
    }

    private static double middle(int bucket) {
        int shift = Math.max(0, bucket / STEPS - 1);
        long from = (long) (bucket - shift * STEPS) << shift;
        return from + ((1L << shift) - 1) / 2.0;
    }
}
