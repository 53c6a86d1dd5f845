package io.syncguard.bench.candidate;

/** One contender's view of the one lock that all want. Confined to the contender's thread. */
public interface ContendedLock {
    /**
     * Takes the lock with the ttl and the patience of {@link Lease}, waiting while another contender has it.
     *
     * @return true if it was taken, false if the patience was over
     * @throws Exception whatever the candidate throws where something failed
     */
    boolean lock() throws Exception;

    /**
     * Gives the lock back, which this contender holds. Returns when the candidate says that it is given back.
     *
     * @throws Exception whatever the candidate throws, and if the lock had been lost
     */
    void unlock() throws Exception;
}
