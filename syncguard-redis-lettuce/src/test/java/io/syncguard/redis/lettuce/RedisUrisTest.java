package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.RedisUris;

/** What a URI can say, through Lettuce. */
class RedisUrisTest extends RedisUris {
    RedisUrisTest() {
        super("+lettuce");
    }
}
