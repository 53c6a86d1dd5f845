package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClosedClients;

/** Closed clients of Lettuce'. */
class ClosedClientsTest extends ClosedClients {
    @Override
    protected Client client(int port, RedisOptions options) {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        return new Client(LettuceLockBackend.create(client, options), client::shutdown);
    }
}
