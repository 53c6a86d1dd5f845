package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.Pings;

/** What a ping finds out through Jedis. */
class PingsTest extends Pings {
    PingsTest() {
        super("jedis");
    }
}
