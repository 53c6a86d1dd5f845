package io.syncguard.conformance;

/** A process of its own that uses the backend, and does what it is told by {@link ClientCommands}. */
interface ClientProcess extends AutoCloseable {

    /**
     * Has the process do something, and returns what it answers.
     *
     * @param command as {@link ClientCommands#answer} takes it
     */
    String does(String command);

    /** Kills the process, as an operating system does that has no memory left: it closes nothing and gives nothing back. */
    void kill();

    /** Ends the process. */
    @Override
    void close();
}
