package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.SilentServers;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** Servers that fall silent (RDS-17), met through Jedis. The clients that are handed in have Jedis' own options. */
class SilentServersTest extends SilentServers {
    private static final String HOST = "127.0.0.1";

    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    private LockBackend on(UnifiedJedis client, RedisOptions options) {
        keep(client);
        return JedisLockBackend.create(client, options);
    }

    private static Set<HostAndPort> parsed(List<String> addresses) {
        return addresses.stream().map(HostAndPort::from).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    protected LockBackend single(int port, RedisOptions options) {
        return on(JedisClients.create(HOST, port), options);
    }

    @Override
    protected LockBackend sentinel(List<String> sentinels, RedisOptions options) {
        return on(
                JedisClients.sentinel(
                        "mymaster",
                        DefaultJedisClientConfig.builder().build(),
                        parsed(sentinels),
                        DefaultJedisClientConfig.builder().build()),
                options);
    }

    @Override
    protected LockBackend cluster(List<String> nodes, RedisOptions options) {
        return on(JedisClients.cluster(parsed(nodes)), options);
    }
}
