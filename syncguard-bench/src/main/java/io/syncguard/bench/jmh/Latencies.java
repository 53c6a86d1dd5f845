package io.syncguard.bench.jmh;

import io.syncguard.bench.stats.Histogram;

/** How long the operations of this JVM took since the last slice began. Thread-safe. */
final class Latencies {
    static final Histogram OPERATIONS = new Histogram();
    static final Histogram ACQUIRES = new Histogram();
    static final Histogram RELEASES = new Histogram();

    private Latencies() {}

    static void clear() {
        OPERATIONS.clear();
        ACQUIRES.clear();
        RELEASES.clear();
    }
}
