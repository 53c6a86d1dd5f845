package io.syncguard.redis.jedis;

import java.net.Socket;
import java.time.Duration;
import java.util.function.Predicate;
import redis.clients.jedis.HostAndPort;

/** Says which server a connection is to be opened to. Thread-safe. */
interface ServerFinder {
    /**
     * Returns the server. May block for as long as it is told.
     *
     * @param within how long it may take to ask somebody
     * @param opening is told of each socket that is opened to ask; false if nobody wants to know any more
     * @throws redis.clients.jedis.exceptions.JedisConnectionException if nobody can say
     */
    HostAndPort find(Duration within, Predicate<Socket> opening);
}
