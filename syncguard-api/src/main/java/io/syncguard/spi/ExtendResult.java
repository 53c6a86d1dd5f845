package io.syncguard.spi;

import java.time.Instant;

/** The outcome of an extension. */
public sealed interface ExtendResult permits ExtendResult.Extended, ExtendResult.Absent {

    /**
     * The lock lives on.
     *
     * @param expiresAt when its ttl ends now, by the server's clock (EXT-2)
     */
    record Extended(Instant expiresAt) implements ExtendResult {}

    /** The id holds nothing, and an extension does not bring it back (EXT-1). */
    record Absent() implements ExtendResult {}
}
