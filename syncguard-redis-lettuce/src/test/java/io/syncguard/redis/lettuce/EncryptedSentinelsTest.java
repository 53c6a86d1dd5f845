package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.EncryptedSentinels;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.util.List;

/** Sentinels that speak TLS (RDS-16, RDS-13), asked through Lettuce. */
class EncryptedSentinelsTest extends EncryptedSentinels {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected LockBackend handedIn(List<Integer> sentinelPorts, RedisOptions options) {
        RedisURI.Builder uri =
                RedisURI.builder().withSentinelMasterId("mymaster").withSsl(true);
        sentinelPorts.forEach(port -> uri.withSentinel(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withSsl(true)
                .build()));
        RedisClient client = RedisClient.create(uri.build());
        keep(client::shutdown);
        return LettuceLockBackend.create(client, options);
    }
}
