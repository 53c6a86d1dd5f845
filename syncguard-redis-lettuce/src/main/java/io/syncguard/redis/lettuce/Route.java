package io.syncguard.redis.lettuce;

/** A way that calls can take, to one server or to all masters of a cluster. Thread-safe; blocks nobody. */
interface Route extends AutoCloseable {
    /** Sends a call as soon as there is a connection. */
    void send(LettuceCall<?> call);

    /**
     * Sends a call where a server said that it belongs, and returns true; false if this is no way to such places.
     *
     * @param error its words, which {@link Redirection#isOne} recognises
     */
    boolean redirect(LettuceCall<?> call, String error);

    /** Returns whether the calling thread is one that reads replies, and so cannot wait for any. */
    boolean isReader();

    /** Returns whether it is connected right now. */
    boolean isUp();

    /** Closes its connections. */
    @Override
    void close();
}
