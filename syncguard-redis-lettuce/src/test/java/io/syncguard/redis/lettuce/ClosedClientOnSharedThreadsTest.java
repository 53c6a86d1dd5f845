package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClosedClients;
import org.junit.jupiter.api.AfterEach;

/** Closed clients of Lettuce whose threads are the application's and go on, as Spring's do. */
class ClosedClientOnSharedThreadsTest extends ClosedClients {
    private final ClientResources threads = ClientResources.create();

    @Override
    protected Client client(int port, RedisOptions options) {
        RedisClient client = RedisClient.create(threads, RedisURI.create("127.0.0.1", port));
        return new Client(LettuceLockBackend.create(client, options), client::shutdown);
    }

    @AfterEach
    void end() {
        threads.shutdown();
    }
}
