package io.syncguard.examples.sql;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import java.util.Set;

/**
 * How a SQL backend makes its calls. Immutable.
 *
 * @param operationTimeout the longest time a call takes: 3 s by default (OPT-2)
 * @param connectTimeout the longest time the first connection takes: 10 s by default (OPT-2)
 * @param mostConnections how many calls are made at a time, each on a connection: 8 by default. A pool should lend as many
 */
public record SqlOptions(Duration operationTimeout, Duration connectTimeout, int mostConnections) {
    private static final String MOST_CONNECTIONS = "maxConnections";
    private static final int LARGEST_POOL = 1_000;
    private static final SqlOptions DEFAULTS =
            new SqlOptions(BackendTimeout.OPERATION.byDefault(), BackendTimeout.CONNECT.byDefault(), 8);

    /**
     * Checks the components.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a timeout is not from 1 ms to 1 hour, or the number not from 1 to 1000
     */
    public SqlOptions {
        operationTimeout = BackendTimeout.OPERATION.checked(operationTimeout);
        connectTimeout = BackendTimeout.CONNECT.checked(connectTimeout);
        if (mostConnections < 1 || mostConnections > LARGEST_POOL) {
            throw LockException.invalidArgument(
                    MOST_CONNECTIONS + " must be from 1 to " + LARGEST_POOL + ", not " + mostConnections);
        }
    }

    /** Returns an operation timeout of 3 s, a connect timeout of 10 s, and 8 connections. */
    public static SqlOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options that the parameters of a URI give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a parameter is unknown or a value is out of range
     */
    static SqlOptions from(BackendUri uri) {
        uri.requireKnownParameters(Set.of(
                BackendTimeout.OPERATION.uriParameter(), BackendTimeout.CONNECT.uriParameter(), MOST_CONNECTIONS));
        long connections = uri.numberOr(MOST_CONNECTIONS, DEFAULTS.mostConnections);
        return new SqlOptions(BackendTimeout.OPERATION.from(uri), BackendTimeout.CONNECT.from(uri), (int)
                Math.max(0, Math.min(connections, LARGEST_POOL + 1L)));
    }

    /**
     * Returns these options with another operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public SqlOptions withOperationTimeout(Duration timeout) {
        return new SqlOptions(timeout, connectTimeout, mostConnections);
    }

    /**
     * Returns these options with another connect timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public SqlOptions withConnectTimeout(Duration timeout) {
        return new SqlOptions(operationTimeout, timeout, mostConnections);
    }

    /**
     * Returns these options with another number of connections.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 to 1000
     */
    @CheckReturnValue
    public SqlOptions withMostConnections(int connections) {
        return new SqlOptions(operationTimeout, connectTimeout, connections);
    }
}
