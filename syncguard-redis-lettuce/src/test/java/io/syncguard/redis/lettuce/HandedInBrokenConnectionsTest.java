package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.BrokenConnections;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Connections that break (RDS-5), met through a Lettuce client that was handed in and has Lettuce's own options. */
class HandedInBrokenConnectionsTest extends BrokenConnections {
    private static final RedisOptions PATIENT = RedisOptions.defaults()
            .withOperationTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofSeconds(40));

    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected int requests() {
        return 4;
    }

    @Override
    protected LockBackend open(int port) {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        clients.add(client);
        return LettuceLockBackend.create(client, PATIENT);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::shutdown);
    }
}
