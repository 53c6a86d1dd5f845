package io.syncguard.bench.candidate;

import java.util.Optional;

/** What one application has of a candidate: its client with the connections, its registry. Thread-safe. */
public interface Client extends AutoCloseable {
    /** Returns a caller's view of the lock with a name. */
    ContendedLock lock(String name);

    /** Returns a view of the lock with a name that never blocks, or nothing if the candidate has none. */
    default Optional<AsyncPair> asyncPair(String name) {
        return Optional.empty();
    }

    /** Returns what can be done with a lock besides taking it and giving it back, or nothing if that is not measured. */
    default Optional<HeldOperations> operations(String name) {
        return Optional.empty();
    }

    /** Closes the connections. Locks are given back before. */
    @Override
    void close();
}
