package io.syncguard.spi;

import io.syncguard.FenceToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The outcome of one attempt to acquire a lock. Contention is a value, not a failure (ACQ-2). */
public sealed interface AcquireResult permits AcquireResult.Acquired, AcquireResult.Contended {

    /**
     * The caller holds the lock.
     *
     * @param fence the fencing token of this acquisition
     * @param expiresAt when its ttl ends, by the server's clock
     */
    record Acquired(FenceToken fence, Instant expiresAt) implements AcquireResult {}

    /**
     * Another id holds the lock. Tells when the lock becomes free at the latest unless it is extended. Tells nothing about the
     * holder.
     *
     * @param freeAt when the lock becomes free at the latest, by the server's clock, tolerance included; empty if
     *     unknown
     * @param freeIn the same as a duration from now, by the server's clock; callers wait by it. Empty if unknown
     * @param copyMayLand whether the backend has sent the request more than once, so that a copy may arrive later and take the lock. A
     *     guard that gives up then abandons the id (ACQ-4)
     */
    record Contended(Optional<Instant> freeAt, Optional<Duration> freeIn, boolean copyMayLand)
            implements AcquireResult {
        private static final Contended UNKNOWN = new Contended(Optional.empty(), Optional.empty());

        /** Creates contention met by a request that was sent once, or that is answered the same however often it arrives. */
        public Contended(Optional<Instant> freeAt, Optional<Duration> freeIn) {
            this(freeAt, freeIn, false);
        }

        /** Returns the same contention, met by a request of which a copy may still arrive. */
        public Contended withCopyThatMayLand() {
            return new Contended(freeAt, freeIn, true);
        }

        /** Returns contention by a lock whose end is not known. */
        public static Contended unknown() {
            return UNKNOWN;
        }

        /**
         * Returns contention by a lock whose end is known.
         *
         * @param freeAt when the lock becomes free at the latest
         * @param freeIn how far ahead that is
         */
        public static Contended until(Instant freeAt, Duration freeIn) {
            return new Contended(Optional.of(freeAt), Optional.of(freeIn));
        }
    }
}
