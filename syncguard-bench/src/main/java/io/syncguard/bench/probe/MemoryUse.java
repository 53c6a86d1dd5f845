package io.syncguard.bench.probe;

/**
 * What a lock takes up, in bytes.
 *
 * @param title of whom
 * @param held while it is held
 * @param left for good, after it was given back: a counter
 * @param where in what
 */
public record MemoryUse(String title, double held, double left, String where) {}
