package io.syncguard.bench.candidate;

/** A lock to measure. Thread-safe. */
public interface Candidate {
    /** Returns what the command line calls it. */
    String name();

    /** Returns what the report calls it, with its version where that is known. */
    String title();

    /** Returns whether contenders in several JVMs can contend for it. */
    boolean acrossJvms();

    /**
     * Opens a client, set up as the candidate's documentation says is right.
     *
     * @param redisUri the server, as {@code redis://host:port}
     * @param contenders how many contenders will share the client
     */
    Client open(String redisUri, int contenders);
}
