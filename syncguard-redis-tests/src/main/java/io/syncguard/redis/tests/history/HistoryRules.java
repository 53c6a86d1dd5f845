package io.syncguard.redis.tests.history;

import java.time.Duration;

/**
 * What the locks of a history promise. Immutable.
 *
 * @param ttl of all locks
 * @param tolerance what a server adds to it
 * @param slack what a busy machine may add to any time, but for stalls, which processes write down themselves
 * @param lag for how long a replica may be behind its master
 */
record HistoryRules(Duration ttl, Duration tolerance, Duration slack, Duration lag) {
    /** Returns for how long a lock may outlive the last request that kept it. */
    long outlivesNanos() {
        return ttl.plus(tolerance).plus(slack).toNanos();
    }
}
