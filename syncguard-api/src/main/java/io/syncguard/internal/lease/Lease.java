package io.syncguard.internal.lease;

import io.syncguard.Ttl;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One promise of the server (TIME-5). Immutable.
 *
 * @param expiresAt when it ends, by the server's clock
 * @param ttl for how long it was given
 * @param started when the request was sent: the local clocks count from there
 */
record Lease(Instant expiresAt, Ttl ttl, Moment started) {
    long leftNanos() {
        return TimeUnit.MILLISECONDS.toNanos(ttl.millis()) - started.elapsedNanos();
    }

    /** Returns when it ends, by the guard's monotonic clock. */
    long endNanos() {
        return started.nanos() + TimeUnit.MILLISECONDS.toNanos(ttl.millis());
    }

    /** Returns this lease or, if that ends earlier, the one that an extension of unknown outcome would have set. */
    Lease orShorter(Ttl asked, Moment askedAt) {
        Lease other = new Lease(expiresAt, asked, askedAt);
        return other.leftNanos() < leftNanos() ? other : this;
    }
}
