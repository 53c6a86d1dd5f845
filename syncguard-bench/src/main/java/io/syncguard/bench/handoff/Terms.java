package io.syncguard.bench.handoff;

import java.time.Duration;

/** What is the same for all candidates. */
final class Terms {
    /** How long a contender is busy while it holds the lock. */
    static final Duration WORK = Duration.ofMillis(1);

    /** How long contenders contend before anything counts. */
    static final Duration WARM_UP = Duration.ofSeconds(2);

    /** How many times a contender takes a lock of its own before it contends. */
    static final int PREPARATIONS_OF_THREAD = 10;

    /** The same for one in a JVM of its own, in which no other has warmed anything up. */
    static final int PREPARATIONS_OF_JVM = 300;

    /** How much longer JVMs contend before anything counts, for each of them: they share few processors. */
    static final Duration WARM_UP_PER_JVM = Duration.ofMillis(250);

    private Terms() {}
}
