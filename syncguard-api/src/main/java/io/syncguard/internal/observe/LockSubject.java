package io.syncguard.internal.observe;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import org.jspecify.annotations.Nullable;

/** The lock that an operation is about, as far as is known. */
public interface LockSubject {
    /** Stands for a lock that this guard does not hold. */
    long NOT_HELD = -1;

    /** Returns the key; null if only the id is known. */
    default @Nullable LockKey key() {
        return null;
    }

    /** Returns the id; null if only the key is known. */
    default @Nullable LockId id() {
        return null;
    }

    /** Returns the name for people; null if there is none. */
    default @Nullable String name() {
        return null;
    }

    /** Returns the name, if there is one, and the fingerprint of the key or, if only that is known, of the id. */
    default String described() {
        LockKey key = key();
        LockId id = id();
        String fingerprint = key != null ? key.fingerprint() : id != null ? id.fingerprint() : "unknown";
        String name = name();
        return name == null ? fingerprint : name + " " + fingerprint;
    }

    /** Returns for how long this guard has held the lock, or {@link #NOT_HELD}. */
    default long heldNanos() {
        return NOT_HELD;
    }
}
