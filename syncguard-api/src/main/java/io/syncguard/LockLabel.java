package io.syncguard;

import java.util.Optional;

/**
 * Identifies a lock in events and log lines. Its text has the name if there is one, the key's fingerprint, and the raw key where
 * {@link GuardOptions#withKeysShown} allows it. Immutable and thread-safe.
 */
public interface LockLabel {
    /** Returns the {@linkplain LockOptions#withName name} of the lock; empty if it has none. Fit for a metric's tag. */
    Optional<String> name();

    /** Returns the 24 hex digits that stand for the key (KEY-8). Not fit for a metric's tag, because there may be many. */
    String keyFingerprint();

    /** Returns the raw key; empty unless {@link GuardOptions#withKeysShown} is set. */
    Optional<String> key();
}
