package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ClosingUnderLoad;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Closing under load, met through a Jedis client that was handed in. */
class HandedInClosingUnderLoadTest extends ClosingUnderLoad {
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
