package io.syncguard.bench;

/**
 * How many commands the server had carried out at a time.
 *
 * @param nanos that time, by {@link System#nanoTime()}
 */
record Snapshot(long nanos, CommandCount count) {}
