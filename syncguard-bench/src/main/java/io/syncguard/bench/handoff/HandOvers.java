package io.syncguard.bench.handoff;

import io.syncguard.bench.stats.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The times the lock went from one contender to another within a window. */
final class HandOvers {
    private final List<Double> micros = new ArrayList<>();
    private long overlaps;

    /** Finds them in the attempts of all contenders. */
    static HandOvers in(List<Attempt> attempts, Window window) {
        List<Attempt> sections = attempts.stream()
                .filter(Attempt::wasAcquired)
                .sorted(Comparator.comparingLong(Attempt::endedNanos))
                .toList();
        HandOvers found = new HandOvers();
        for (int i = 1; i < sections.size(); i++) {
            found.look(sections.get(i - 1), sections.get(i), window);
        }
        return found;
    }

    private void look(Attempt before, Attempt after, Window window) {
        if (before.contender() == after.contender() || !window.contains(after.endedNanos())) {
            return;
        }
        long nanos = after.endedNanos() - before.releasingNanos();
        if (nanos < 0) {
            overlaps++;
        } else {
            micros.add((double) nanos / TimeUnit.MICROSECONDS.toNanos(1));
        }
    }

    int count() {
        return micros.size();
    }

    /**
     * Returns how long each took in microseconds: from just before one contender called to give the lock back until
     * another's call for it had returned.
     */
    Sample micros() {
        return new Sample(micros.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Returns how often one contender had the lock before another began to give it back, which no lock may allow. */
    long overlaps() {
        return overlaps;
    }
}
