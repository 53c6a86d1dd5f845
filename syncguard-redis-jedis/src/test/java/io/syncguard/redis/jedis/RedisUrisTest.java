package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.RedisUris;

/** What a URI can say, through Jedis. */
class RedisUrisTest extends RedisUris {
    RedisUrisTest() {
        super("+jedis");
    }
}
