package io.syncguard.bench.redis;

/**
 * How many commands the server had carried out at a time.
 *
 * @param nanos that time, by {@link System#nanoTime()}
 */
public record Snapshot(long nanos, CommandCount count) {}
