package io.syncguard.redis.tests.history;

/**
 * A master that failed, and was replaced. Immutable.
 *
 * @param how what was done to it
 * @param faultNanos when it failed, at the earliest
 * @param replacedNanos when another served, at the latest
 * @param healedNanos when all was as before
 */
record Failover(String how, long faultNanos, long replacedNanos, long healedNanos) {}
