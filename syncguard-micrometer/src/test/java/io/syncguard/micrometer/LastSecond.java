package io.syncguard.micrometer;

import java.util.List;

/** What happened in the second before each sample, as a query of a metrics store answers it. */
final class LastSecond {
    private static final double SECOND = 1;

    private final List<MeterSample> samples;

    LastSecond(List<MeterSample> samples) {
        this.samples = samples;
    }

    /** Returns how long acquires took that succeeded, on average and in seconds. It is not a number where none succeeded. */
    List<Double> meanWait(String name) {
        return samples.stream()
                .map(sample -> meanWait(before(sample).of(name), sample.of(name)))
                .toList();
    }

    private static double meanWait(LockFigures from, LockFigures to) {
        long acquired = to.acquired() - from.acquired();
        return acquired == 0 ? Double.NaN : (to.waitedSeconds() - from.waitedSeconds()) / acquired;
    }

    /** Returns how many locks were lost. */
    List<Double> losses() {
        return samples.stream()
                .map(sample -> (double) (sample.lost() - before(sample).lost()))
                .toList();
    }

    private MeterSample before(MeterSample sample) {
        return samples.stream()
                .filter(each -> each.seconds() >= sample.seconds() - SECOND)
                .findFirst()
                .orElseThrow();
    }
}
