package io.syncguard.redis.jedis;

import redis.clients.jedis.UnifiedJedis;

/** Where a client comes from. Thread-safe. */
interface ClientSource extends AutoCloseable {
    /**
     * Returns the client. May connect, and block for as long as its own timeouts allow.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if it cannot be had
     */
    UnifiedJedis get();

    /** Returns whether its owner, who is not us, has closed it, as far as that can be seen. */
    boolean isClosedByOwner();

    /** Returns whether it sends a request to another server by itself, so that nobody outside knows which connection it is on. */
    boolean redirects();

    /**
     * Called when a server has not answered for a while: closes connections that are idle, and looks in a cluster whether another
     * server has taken its place. Blocks as the client does.
     */
    void fellSilent();

    /** Closes what is ours to close. */
    @Override
    void close();
}
