package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ReplicasAcknowledge;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Replicas that acknowledge, met through a Jedis client that was handed in. */
class HandedInReplicasAcknowledgeTest extends ReplicasAcknowledge {
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
