package io.syncguard.bench.candidate;

/** What can be done with a lock that is held. Confined to one thread; each blocks. */
public interface HeldOperations {
    /** Takes the lock, which nobody else wants. Before all others. */
    void hold();

    /** Prolongs it. */
    void extend();

    /** Returns whether somebody holds it. */
    boolean isLocked();

    /** Returns whether it was found by its key. */
    boolean lookup();

    /** Gives it back. */
    void release();
}
