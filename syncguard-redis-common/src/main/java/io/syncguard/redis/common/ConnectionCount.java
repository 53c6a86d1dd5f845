package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;

/** How many connections a backend may have: the meaning of the URI parameter, and its limits. Stateless. */
public final class ConnectionCount {
    /** The name of the URI parameter. */
    public static final String URI_PARAMETER = "maxConnections";

    /** All calls share one connection. */
    public static final int SHARED = 1;

    /** A pool as Jedis has it unless told otherwise: what a client that is handed in is taken to have if it does not say. */
    public static final int COMMON_POOL = 8;

    /**
     * A pool of ours. It opens as many connections as there are calls at a time, and no more; where calls have to wait for
     * one, some of them wait fifty times longer than others, because the pool lends to whoever comes.
     */
    public static final int POOL = 32;

    private static final int MOST = 10_000;

    private ConnectionCount() {}

    /**
     * Returns the number a URI gives, or a default where it gives none.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 to 10,000
     */
    public static int from(BackendUri uri, int otherwise) {
        return checked(uri.numberOr(URI_PARAMETER, otherwise));
    }

    /**
     * Returns the number if it is from 1 to 10,000.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not
     */
    public static int checked(long connections) {
        if (connections < 1 || connections > MOST) {
            throw LockException.invalidArgument("the number of connections (" + URI_PARAMETER + ") must be from 1 to "
                    + MOST + ", not " + connections);
        }
        return (int) connections;
    }
}
