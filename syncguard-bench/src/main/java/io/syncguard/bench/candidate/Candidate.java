package io.syncguard.bench.candidate;

import java.util.Optional;

/** A lock to measure. Thread-safe. */
public interface Candidate {
    /** Returns what the command line calls it. */
    String name();

    /** Returns what the report calls it, with its version where that is known. */
    String title();

    /** Returns the part it plays. */
    Kind kind();

    /** Returns what it leaves undone that this library does, for the report; empty if there is nothing to say. */
    default String lacks() {
        return "";
    }

    /** Returns whether it can wait for a lock that somebody else has, and so take part in a contended race. */
    default boolean waits() {
        return true;
    }

    /** Returns whether contenders in several JVMs can contend for it. */
    boolean acrossJvms();

    /** Returns whether it is for a cluster, where it takes and gives back locks and does nothing else. */
    default boolean inCluster() {
        return false;
    }

    /** Returns why it cannot be measured on this machine, and what to install; empty if it can. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /**
     * Opens a client, set up as the candidate's documentation says is right.
     *
     * @param redisUri the server, as {@code redis://host:port}; for one {@linkplain #inCluster() in a cluster}, nodes of that,
     *     as {@code redis-cluster://host:port,host:port}
     * @param callers how many will share the client
     */
    Client open(String redisUri, int callers);
}
