package io.syncguard.bench.load;

/** One number of a slice. */
public enum Figure {
    /** Operations per second; a pair is one. */
    RATE,
    /** Bytes that the JVM allocated per operation. */
    BYTES,
    /** The time that half of the operations did not exceed, in microseconds; a pair is one. */
    P50,
    /** The same for 99 of 100. */
    P99,
    /** The same for 999 of 1000. */
    P999,
    /** The time that half of the acquires alone did not exceed, in microseconds. */
    ACQUIRE_P50,
    /** The same for releases. */
    RELEASE_P50
}
