package io.syncguard.bench.candidate;

/** What one application has of a candidate: its client with the connections, its registry. Thread-safe. */
public interface Client extends AutoCloseable {
    /** Returns a contender's view of the lock with a name. */
    ContendedLock lock(String name);

    /** Closes the connections. Locks are given back before. */
    @Override
    void close();
}
