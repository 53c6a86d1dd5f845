package io.syncguard.redis.jedis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.Pool;

/** Opens connections as a pool does, and leaves the pool's own to the calls. Stateless. */
final class OutsideConnection {
    private OutsideConnection() {}

    /** Returns a connection that the caller closes. Blocks as the client does. */
    static Connection of(Pool<Connection> pool) {
        try {
            return pool.getFactory().makeObject().getObject();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JedisConnectionException(e);
        }
    }
}
