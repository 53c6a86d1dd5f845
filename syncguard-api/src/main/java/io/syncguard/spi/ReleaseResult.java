package io.syncguard.spi;

/** The outcome of a release (REL-2). */
public enum ReleaseResult {
    /** This call gave the lock back. Of all releases of one id at most one is answered so (REL-1). */
    RELEASED,
    /** The id holds nothing: it was released before, its lock expired, or it never held one. */
    ABSENT
}
