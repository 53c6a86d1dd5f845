package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ConnectionCuts;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Cut connections, met through a Jedis client that was handed in. */
class HandedInConnectionCutsTest extends ConnectionCuts {
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
