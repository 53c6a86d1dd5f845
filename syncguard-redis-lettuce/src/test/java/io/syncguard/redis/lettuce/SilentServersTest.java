package io.syncguard.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.SilentServers;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.util.List;

/** Servers that fall silent (RDS-17), met through Lettuce. The clients that are handed in have Lettuce's own options. */
class SilentServersTest extends SilentServers {
    private static final String HOST = "127.0.0.1";

    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(BackendUri.parse(uri));
    }

    private <C extends AbstractRedisClient> C kept(C client) {
        keep(client::shutdown);
        return client;
    }

    @Override
    protected LockBackend single(int port, RedisOptions options) {
        return LettuceLockBackend.create(kept(RedisClient.create(RedisURI.create(HOST, port))), options);
    }

    @Override
    protected LockBackend sentinel(List<String> sentinels, RedisOptions options) {
        RedisURI uri = RedisURI.create("redis-sentinel://" + String.join(",", sentinels) + "#mymaster");
        return LettuceLockBackend.create(kept(RedisClient.create(uri)), options);
    }

    @Override
    protected LockBackend cluster(List<String> nodes, RedisOptions options) {
        List<RedisURI> uris =
                nodes.stream().map(node -> RedisURI.create("redis://" + node)).toList();
        return LettuceLockBackend.create(kept(RedisClusterClient.create(uris)), options);
    }
}
