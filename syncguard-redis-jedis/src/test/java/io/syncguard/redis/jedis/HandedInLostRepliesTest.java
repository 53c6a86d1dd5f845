package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.LostReplies;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterEach;

/** Replies that get lost, met through a Jedis client that was handed in. */
class HandedInLostRepliesTest extends LostReplies {
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
