package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.StuckServer;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** A stuck server, met through a Jedis client that was handed in. */
class HandedInStuckServerTest extends StuckServer {
    private final HandedInClients clients = new HandedInClients();

    @Override
    protected LockBackend open(String uri) {
        return clients.backend(uri);
    }

    @Override
    protected boolean isWaitingForServer(Thread thread) {
        return StackOf.contains(thread, "NioSocketImpl", "read")
                || StackOf.contains(thread, "HandedInConnectionSource", "open");
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }
}
