package io.syncguard.micrometer;

import java.util.Map;

/**
 * What the meters showed at one moment.
 *
 * @param seconds since the first sample
 */
record MeterSample(ContentionPhase phase, double seconds, Map<String, LockFigures> figures) {
    LockFigures of(String name) {
        return figures.get(name);
    }

    long lost() {
        return figures.values().stream().mapToLong(LockFigures::lost).sum();
    }
}
