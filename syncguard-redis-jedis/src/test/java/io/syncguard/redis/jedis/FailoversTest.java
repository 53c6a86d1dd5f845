package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.Failovers;

/** A master that dies (RDS-16), met through Jedis. */
class FailoversTest extends Failovers {
    @Override
    protected String scheme() {
        return "redis-sentinel+jedis";
    }
}
