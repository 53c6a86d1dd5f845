package io.syncguard.bench.candidate;

import java.time.Duration;

/** How all candidates take their locks. */
public final class Lease {
    /** How long a lock lives unless given back. */
    public static final Duration TTL = Duration.ofSeconds(30);

    /** How long a caller waits for a lock that somebody else has. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private Lease() {}
}
