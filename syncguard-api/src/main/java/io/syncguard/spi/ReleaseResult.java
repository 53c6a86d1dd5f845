package io.syncguard.spi;

/** The outcome of a release (REL-2). */
public enum ReleaseResult {
    /** This call released the lock. At most one release of an id is answered so (REL-1). */
    RELEASED,
    /** The id holds no lock: it was released before, its lock expired, or it never held one. */
    ABSENT
}
