package io.syncguard.spi;

import io.syncguard.FenceToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The outcome of one attempt to take a lock. Contention is a value, not a failure (ACQ-2). */
public sealed interface AcquireResult permits AcquireResult.Acquired, AcquireResult.Contended {

    /**
     * The lock is the caller's.
     *
     * @param fence the fencing token of this acquisition
     * @param expiresAt when its ttl ends, by the server's clock
     */
    record Acquired(FenceToken fence, Instant expiresAt) implements AcquireResult {}

    /**
     * Somebody else holds the lock. Says when that ends at the latest unless extended, and nothing about the holder.
     *
     * @param freeAt when the lock becomes free at the latest, by the server's clock, tolerance included; empty if
     *     unknown
     * @param freeIn the same as time from now by the server's clock, which is what to wait by; empty if unknown
     */
    record Contended(Optional<Instant> freeAt, Optional<Duration> freeIn) implements AcquireResult {
        private static final Contended UNKNOWN = new Contended(Optional.empty(), Optional.empty());

        /** Returns contention by a holder whose end is not known. */
        public static Contended unknown() {
            return UNKNOWN;
        }

        /** Returns contention by a holder whose lock becomes free at a moment that lies so far ahead. */
        public static Contended until(Instant freeAt, Duration freeIn) {
            return new Contended(Optional.of(freeAt), Optional.of(freeIn));
        }
    }
}
