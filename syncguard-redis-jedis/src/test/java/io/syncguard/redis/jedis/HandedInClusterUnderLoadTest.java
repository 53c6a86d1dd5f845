package io.syncguard.redis.jedis;

import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.ClusterUnderLoad;
import io.syncguard.spi.BackendUri;
import org.junit.jupiter.api.AfterEach;

/** A cluster in trouble, met through a Jedis client that was handed in. */
class HandedInClusterUnderLoadTest extends ClusterUnderLoad {
    private final HandedInClients clients = new HandedInClients();

    @Override
    protected String scheme() {
        return "redis-cluster+jedis";
    }

    @Override
    protected SyncGuard connect(String uri) {
        return SyncGuard.using(clients.backend(BackendUri.parse(uri)));
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }
}
