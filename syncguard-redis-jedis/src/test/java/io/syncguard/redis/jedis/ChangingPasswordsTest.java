package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ChangingPasswords;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.LimitedUser;
import io.syncguard.spi.LockBackend;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** Passwords that change (RDS-14), with Jedis' provider of credentials. */
class ChangingPasswordsTest extends ChangingPasswords {
    private UnifiedJedis client;

    @Override
    protected LockBackend open(URI server, LimitedUser user, RedisOptions options) {
        client = JedisClients.create(
                new HostAndPort(server.getHost(), server.getPort()),
                DefaultJedisClientConfig.builder()
                        .credentialsProvider(() -> new DefaultRedisCredentials(user.name(), user.password()))
                        .build());
        return JedisLockBackend.create(client, options);
    }

    @AfterEach
    void closeClient() {
        client.close();
    }
}
