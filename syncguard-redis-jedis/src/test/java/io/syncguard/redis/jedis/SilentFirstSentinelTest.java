package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.SilentFirstSentinel;

/** A silent sentinel before others (RDS-16), met through Jedis. */
class SilentFirstSentinelTest extends SilentFirstSentinel {
    @Override
    protected String scheme() {
        return "redis-sentinel+jedis";
    }
}
