package io.syncguard.redis.jedis;

import java.util.Collection;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;

/** How connections to the nodes of a cluster are opened. Nodes are {@code host:port}. Thread-safe. */
interface ClusterNodes {
    /** Returns nodes that can be asked while no others are known. */
    Collection<String> first();

    /** Returns what opens connections to a node for calls; null if the client does not know the node yet. Does not block. */
    @Nullable
    ConnectionSource source(String node);

    /** Returns what opens connections to a node on the calling thread; null as with {@link #source}. */
    @Nullable
    PooledObjectFactory<Connection> factory(String node);

    /** Has the client look for nodes that it does not know yet. Blocks as the client does. */
    void learn();

    /** Returns whether the owner of the client has closed it. */
    boolean isClosed();
}
