package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.RoundTrips;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Round trips, met through a Jedis client that was handed in. */
class HandedInRoundTripsTest extends RoundTrips {
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
