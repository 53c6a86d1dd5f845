package io.syncguard.spi;

import java.time.Instant;

/** The outcome of an extension. */
public sealed interface ExtendResult permits ExtendResult.Extended, ExtendResult.Absent {

    /**
     * The lock was extended.
     *
     * @param expiresAt when its new ttl ends, by the server's clock (EXT-2)
     * @param copyMayLand whether the backend has sent the request more than once, so that a copy may arrive after later extensions, and
     *     set the end to what it says. A holder then does not count on more than that for a while (EXT-3)
     */
    record Extended(Instant expiresAt, boolean copyMayLand) implements ExtendResult {
        /** Creates the outcome of a request that was sent once, or whose copies never bring the end of a lock nearer. */
        public Extended(Instant expiresAt) {
            this(expiresAt, false);
        }

        /** Returns the same outcome, of a request of which a copy may still arrive. */
        public Extended withCopyThatMayLand() {
            return new Extended(expiresAt, true);
        }
    }

    /** The id holds no live lock. An extension never revives one (EXT-1). */
    record Absent() implements ExtendResult {}
}
