package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.BrokenConnections;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Connections that break (RDS-5), met through a Jedis client that was handed in. */
class HandedInBrokenConnectionsTest extends BrokenConnections {
    private final HandedInClients clients = new HandedInClients();

    @Override
    protected int requests() {
        return 1;
    }

    @Override
    protected LockBackend open(int port) {
        return clients.backend("redis://127.0.0.1:" + port);
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }
}
