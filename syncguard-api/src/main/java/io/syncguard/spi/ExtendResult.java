package io.syncguard.spi;

import java.time.Instant;

/** The outcome of an extension. */
public sealed interface ExtendResult permits ExtendResult.Extended, ExtendResult.Absent {

    /**
     * The lock was extended.
     *
     * @param expiresAt when its new ttl ends, by the server's clock (EXT-2)
     */
    record Extended(Instant expiresAt) implements ExtendResult {}

    /** The id holds no live lock. An extension never revives one (EXT-1). */
    record Absent() implements ExtendResult {}
}
