package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ServerFailures;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Failing servers, met through a client that was handed in and has Lettuce's own options: it reconnects, and buffers meanwhile. */
class HandedInServerFailuresTest extends ServerFailures {
    private static final RedisOptions PATIENT = RedisOptions.defaults()
            .withOperationTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofSeconds(40));

    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected LockBackend open(String uri) {
        RedisClient client = RedisClient.create(uri);
        clients.add(client);
        return LettuceLockBackend.create(client, PATIENT);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::shutdown);
    }
}
