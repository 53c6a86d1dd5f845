package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.spi.BackendUri.Server;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.List;

/** The Lettuce client we open for the URI of a cluster, with its threads. Thread-safe. */
final class OwnClusterClient implements AutoCloseable {
    /** A look at the nodes connects to all of them, and then asks them: each may take a part of the time. */
    private static final int PARTS_OF_FIRST_LOOK = 2;

    private final RedisAddress address;
    private final CallDeadlines deadlines;
    private final OwnThreads threads;
    private final RedisClusterClient client;
    private final List<RedisURI> seeds;
    private boolean hasLaterTimeouts;

    OwnClusterClient(RedisAddress address, CallDeadlines deadlines) {
        this.address = address;
        this.deadlines = deadlines;
        this.threads = new OwnThreads(Runtime.getRuntime().availableProcessors(), deadlines);
        Duration first = deadlines.openingTimeout().dividedBy(PARTS_OF_FIRST_LOOK);
        this.seeds =
                address.servers().stream().map(server -> node(server, first)).toList();
        this.client = RedisClusterClient.create(threads.resources(), seeds);
        client.setOptions(options(first));
    }

    private RedisURI node(Server server, Duration timeout) {
        RedisURI uri = RedisURI.create(server.host(), server.port());
        uri.setSsl(address.tls());
        uri.setTimeout(timeout);
        OwnClient.logIn(uri, address.user(), address.password());
        address.clientName().ifPresent(uri::setClientName);
        return uri;
    }

    private ClusterClientOptions options(Duration timeout) {
        return OwnClient.configured(ClusterClientOptions.builder(), address, timeout)
                .build();
    }

    /** Called before the nodes are looked at: once there has been a connection, that has the timeouts of later ones. */
    synchronized void beforeLook() {
        if (!hasLaterTimeouts && deadlines.isConnected()) {
            hasLaterTimeouts = true;
            Duration later = deadlines.operationTimeout();
            client.setOptions(options(later));
            seeds.forEach(seed -> seed.setTimeout(later));
            // Known, since there has been a connection to one of them.
            client.getPartitions().forEach(node -> node.getUri().setTimeout(later));
        }
    }

    /** Returns how to connect to a node now: for how long, and by the name of the client, which Lettuce does not say of nodes it finds. */
    RedisURI toConnect(RedisURI node) {
        RedisURI.Builder uri = RedisURI.builder(node).withTimeout(deadlines.openingTimeout());
        address.clientName().ifPresent(uri::withClientName);
        return uri.build();
    }

    RedisClusterClient client() {
        return client;
    }

    @Override
    public void close() {
        threads.close(client);
    }
}
