package io.syncguard.spring;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import java.time.Duration;

/**
 * What {@link Locked} uses where it says nothing. A bean of this type replaces {@link #defaults()}. Immutable and thread-safe.
 *
 * @param ttl how long a lock lives unless it is extended: 1 ms to 365 days
 * @param waitFor how long to wait while another holder has the lock: zero, which is one attempt, to 365 days
 */
public record LockedDefaults(Duration ttl, Duration waitFor) {
    private static final LockedDefaults DEFAULTS = new LockedDefaults(
            LockOptions.defaults().ttl(), LockOptions.defaults().timeout());

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a duration is null or out of range
     */
    public LockedDefaults {
        LockOptions checked = LockOptions.defaults()
                .withTtl(InvalidArgumentException.requireNonNull(ttl, "ttl"))
                .withTimeout(InvalidArgumentException.requireNonNull(waitFor, "waitFor"));
        assert checked.limitsWait();
    }

    /** Returns the defaults of {@link LockOptions}: 30 s and 5 s. */
    public static LockedDefaults defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these defaults with another ttl.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or not from 1 ms to 365 days
     */
    public LockedDefaults withTtl(Duration ttl) {
        return new LockedDefaults(ttl, waitFor);
    }

    /**
     * Returns these defaults with another wait.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or not from zero to 365 days
     */
    public LockedDefaults withWaitFor(Duration waitFor) {
        return new LockedDefaults(ttl, waitFor);
    }
}
