package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.EncryptedSentinels;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;

/** Sentinels that speak TLS (RDS-16, RDS-13), asked through Jedis. */
class EncryptedSentinelsTest extends EncryptedSentinels {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(List<Integer> sentinelPorts, RedisOptions options) {
        JedisClientConfig encrypted = DefaultJedisClientConfig.builder()
                .sslOptions(SslOptions.builder().build())
                .build();
        UnifiedJedis client = JedisClients.sentinel(
                "mymaster",
                encrypted,
                sentinelPorts.stream()
                        .map(port -> new HostAndPort("127.0.0.1", port))
                        .collect(Collectors.toSet()),
                encrypted);
        keep(client);
        return JedisLockBackend.create(client, options);
    }
}
