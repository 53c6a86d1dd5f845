package io.syncguard.bench;

import java.time.Duration;

/** What is the same for all candidates. */
final class Terms {
    /** How long a lock lives unless given back. */
    static final Duration TTL = Duration.ofSeconds(30);

    /** How long a contender waits for the lock before it counts a timeout and tries anew. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long a contender is busy while it holds the lock. */
    static final Duration WORK = Duration.ofMillis(1);

    /** How long contenders contend before anything counts. */
    static final Duration WARM_UP = Duration.ofSeconds(2);

    private Terms() {}
}
