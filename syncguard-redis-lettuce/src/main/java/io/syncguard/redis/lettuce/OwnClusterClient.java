package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.BackendUri.Server;
import java.util.List;

/** The Lettuce client we open for the URI of a cluster, with its threads. */
final class OwnClusterClient implements AutoCloseable {
    private final OwnThreads threads;
    private final RedisClusterClient client;

    OwnClusterClient(RedisAddress address, RedisOptions options) {
        List<RedisURI> nodes = address.servers().stream()
                .map(server -> node(server, address, options))
                .toList();
        ClusterClientOptions clientOptions = OwnClient.configured(ClusterClientOptions.builder(), address, options)
                .build();
        this.threads = new OwnThreads(Runtime.getRuntime().availableProcessors(), options.operationTimeout());
        this.client = RedisClusterClient.create(threads.resources(), nodes);
        client.setOptions(clientOptions);
    }

    private static RedisURI node(Server server, RedisAddress address, RedisOptions options) {
        RedisURI uri = RedisURI.create(server.host(), server.port());
        uri.setSsl(address.tls());
        uri.setTimeout(options.operationTimeout());
        OwnClient.logIn(uri, address.user(), address.password());
        address.clientName().ifPresent(uri::setClientName);
        return uri;
    }

    RedisClusterClient client() {
        return client;
    }

    @Override
    public void close() {
        threads.close(client);
    }
}
