package io.syncguard;

import java.util.Locale;

/** The operation during which a {@link LockException} arose (ERR-1). */
public enum LockOperation {
    /** Checking an argument or an option, before anything else happens. */
    VALIDATE,
    /** Finding and opening a backend. */
    CONNECT,
    /** Checking that the server can be reached. */
    PING,
    /** Acquiring a lock. */
    ACQUIRE,
    /** Releasing a lock. */
    RELEASE,
    /** Extending a lock. */
    EXTEND,
    /** Asking whether a key is locked. */
    IS_LOCKED,
    /** Looking a lock up by its key or its id. */
    LOOKUP,
    /** Writing to a resource, or deleting from it, under a guard that refuses stale fences. */
    FENCED_WRITE,
    /** Reading what was written under such a guard. */
    FENCED_READ;

    /** Returns what the fingerprint in a message stands for. */
    String subject() {
        return this == FENCED_WRITE || this == FENCED_READ ? "resource" : "lock";
    }

    /** Returns the name as it appears in messages: lower case, words joined by a hyphen. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
