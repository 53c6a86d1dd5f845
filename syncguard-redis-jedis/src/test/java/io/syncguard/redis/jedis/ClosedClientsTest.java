package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClosedClients;
import redis.clients.jedis.RedisClient;

/** Closed clients of Jedis'. */
class ClosedClientsTest extends ClosedClients {
    @Override
    protected Client client(int port, RedisOptions options) {
        RedisClient client = RedisClient.create("127.0.0.1", port);
        return new Client(JedisLockBackend.create(client, options), client::close);
    }
}
