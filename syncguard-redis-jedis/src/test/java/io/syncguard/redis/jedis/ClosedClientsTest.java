package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.ClosedClients;
import io.syncguard.redis.tests.JedisClients;
import redis.clients.jedis.UnifiedJedis;

/** Closed clients of Jedis'. */
class ClosedClientsTest extends ClosedClients {
    @Override
    protected Client client(int port, RedisOptions options) {
        UnifiedJedis client = JedisClients.create("127.0.0.1", port);
        return new Client(JedisLockBackend.create(client, options), client::close);
    }
}
