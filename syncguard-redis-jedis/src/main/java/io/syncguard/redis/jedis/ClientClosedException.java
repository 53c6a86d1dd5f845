package io.syncguard.redis.jedis;

import redis.clients.jedis.exceptions.JedisException;

/** The client was handed in, and its owner has closed it. */
final class ClientClosedException extends JedisException {
    private static final long serialVersionUID = 1;

    ClientClosedException(Throwable cause) {
        super("the client is closed", cause);
    }
}
