package io.syncguard;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One promise of the server: until when, and counted from which local moment (TIME-5).
 *
 * @param startedNanos {@link System#nanoTime()} from before the request was sent
 */
record Lease(Instant expiresAt, Ttl ttl, long startedNanos) {
    long leftNanos() {
        return TimeUnit.MILLISECONDS.toNanos(ttl.millis()) - (System.nanoTime() - startedNanos);
    }

    /** Returns this lease, cut short by an extension of unknown outcome: it may have landed, and have asked for less. */
    Lease afterUnknown(Ttl asked, long askedNanos) {
        Lease other = new Lease(expiresAt, asked, askedNanos);
        return other.leftNanos() < leftNanos() ? other : this;
    }
}
