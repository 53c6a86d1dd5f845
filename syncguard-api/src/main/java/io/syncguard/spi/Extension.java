package io.syncguard.spi;

import io.syncguard.LockId;
import io.syncguard.Ttl;
import java.util.Objects;

/** One of several extensions that are requested together ({@link AsyncLockBackend#extendAll}). Immutable. */
public record Extension(LockId id, Ttl ttl) {
    /** Checks that nothing is null. */
    public Extension {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(ttl, "ttl");
    }
}
