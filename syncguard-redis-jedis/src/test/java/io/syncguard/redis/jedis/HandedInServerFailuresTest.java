package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ServerFailures;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Failing servers, met through a Jedis client that was handed in. */
class HandedInServerFailuresTest extends ServerFailures {
    private final HandedInClients clients = new HandedInClients();

    @Override
    protected LockBackend open(String uri) {
        return clients.backend(uri);
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }
}
