package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisException;

/** The client was handed in, and its owner has shut it down. */
final class ClientClosedException extends RedisException {
    private static final long serialVersionUID = 1;

    ClientClosedException() {
        super("the client was shut down");
    }
}
