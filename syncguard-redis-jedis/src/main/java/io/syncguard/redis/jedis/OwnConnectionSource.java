package io.syncguard.redis.jedis;

import java.util.concurrent.Executor;
import org.apache.commons.pool2.PooledObjectFactory;
import redis.clients.jedis.Connection;

/**
 * Opens connections on the caller's thread. The sockets come from a {@link CuttableSocketFactory}, so the watchdog can end the
 * opening.
 *
 * @param socketTimeoutMillis how long an open connection waits for an answer at the most; opening it may take longer
 */
record OwnConnectionSource(PooledObjectFactory<Connection> factory, int socketTimeoutMillis)
        implements ConnectionSource {
    @Override
    public OpenConnection open(InFlightCall call, Keeper keeper) {
        OpenConnection opened = OpenConnection.by(factory);
        try {
            opened.connection().setSoTimeout(socketTimeoutMillis);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void discard(OpenConnection used) {
        used.close();
    }

    @Override
    public Executor closer() {
        return Runnable::run;
    }

    /** Nothing to do: the watchdog ends the calls. */
    @Override
    public void close() {}
}
