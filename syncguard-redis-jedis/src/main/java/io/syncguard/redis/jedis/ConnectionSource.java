package io.syncguard.redis.jedis;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Opens connections to one server on behalf of calls. Thread-safe. */
interface ConnectionSource {
    /** The pool on whose behalf a source opens connections. */
    interface Keeper {
        /** Returns an idle connection; null if there is none. */
        @Nullable
        OpenConnection pollIdle();

        /** Keeps or closes a connection that was opened for a call that has ended. */
        void keep(OpenConnection late);
    }

    /**
     * Returns an open connection, or ends the call and throws when its time is over or its thread is interrupted.
     *
     * @throws redis.clients.jedis.exceptions.JedisException what the opening threw
     */
    OpenConnection open(InFlightCall call, Keeper keeper);

    /** Returns whether the client that the connections are opened with was closed by its owner. */
    boolean isClosed();

    /** Closes a connection that is used no more. Does not block, nor throws. */
    void discard(OpenConnection used);

    /** Returns who closes the connection of a call that is ended, while another thread reads it. */
    Executor closer();

    /** Ends what callers wait for here. Later openings fail. */
    void close();
}
