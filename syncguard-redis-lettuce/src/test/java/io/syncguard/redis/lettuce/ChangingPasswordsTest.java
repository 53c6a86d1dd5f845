package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ChangingPasswords;
import io.syncguard.redis.tests.LimitedUser;
import io.syncguard.spi.LockBackend;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;

/** Passwords that change (RDS-14), with Lettuce's provider of credentials. */
class ChangingPasswordsTest extends ChangingPasswords {
    private RedisClient client;

    @Override
    protected LockBackend open(URI server, LimitedUser user, RedisOptions options) {
        client = RedisClient.create(RedisURI.builder()
                .withHost(server.getHost())
                .withPort(server.getPort())
                .withAuthentication(RedisCredentialsProvider.from(
                        () -> RedisCredentials.just(user.name(), user.password().toCharArray())))
                .build());
        return LettuceLockBackend.create(client, options);
    }

    @AfterEach
    void shutDown() {
        client.shutdown();
    }
}
