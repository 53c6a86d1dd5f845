package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.MovingSlots;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Disabled;

/** Slots of a cluster that move, met through a Jedis client that was handed in. */
class HandedInMovingSlotsTest extends MovingSlots {
    private static final HandedInClients CLIENTS = new HandedInClients();

    @Override
    protected String scheme() {
        return "redis-cluster+jedis";
    }

    @Override
    protected LockBackend open(BackendUri uri) {
        return CLIENTS.backend(uri);
    }

    @Override
    @Disabled("such a client connects when it is made")
    protected void refused() {}

    @AfterAll
    static void closeClients() {
        CLIENTS.close();
    }
}
