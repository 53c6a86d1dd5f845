package io.syncguard.redis.lettuce;

import org.jspecify.annotations.Nullable;

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

    /**
     * Called when a call has timed out, and nothing was read since it was sent: the server may hang, or what leads to it may
     * have forgotten the connection. The next call gets a new one.
     *
     * @param connection which the call went to
     * @param pipeline which it was written to; null if it still waited for one
     */
    void fellSilent(LettuceConnection connection, @Nullable Pipeline pipeline);

    /** Returns whether the calling thread is one that reads replies, and so cannot wait for any. */
    boolean isReader();

    /** Returns whether it is connected right now. */
    boolean isUp();

    /** Closes its connections. */
    @Override
    void close();
}
