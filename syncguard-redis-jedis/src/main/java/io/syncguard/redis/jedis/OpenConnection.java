package io.syncguard.redis.jedis;

import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A connection together with the factory that made it, which also closes it. Used by one thread at a time. */
final class OpenConnection {
    private final PooledObjectFactory<Connection> factory;
    private final PooledObject<Connection> made;
    private long unusedSinceNanos;

    private OpenConnection(PooledObjectFactory<Connection> factory, PooledObject<Connection> made) {
        this.factory = factory;
        this.made = made;
    }

    /** Opens a connection. Blocks as the factory does, and throws what it throws. */
    static OpenConnection by(PooledObjectFactory<Connection> factory) {
        try {
            return new OpenConnection(factory, factory.makeObject());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JedisConnectionException(e);
        }
    }

    Connection connection() {
        return made.getObject();
    }

    /** Logs in again if the factory was told of new credentials since the last time; otherwise sends nothing. */
    void refreshLogin() {
        try {
            factory.passivateObject(made);
        } catch (RuntimeException e) {
            connection().setBroken();
            throw e;
        } catch (Exception e) {
            connection().setBroken();
            throw new JedisConnectionException(e);
        }
    }

    boolean isUsable() {
        return !connection().isBroken() && connection().isConnected();
    }

    void unusedSince(long nowNanos) {
        unusedSinceNanos = nowNanos;
    }

    long unusedSince() {
        return unusedSinceNanos;
    }

    /** Closes it. Never throws. */
    void close() {
        try {
            if (connection().isBroken()) {
                // Closing it in the usual way would send what is still in its buffer.
                JedisDifferences.disconnect(connection());
            }
            factory.destroyObject(made);
        } catch (Exception e) {
            // Closed or as good as closed.
        }
    }
}
