package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.MovingSlots;

/** Slots of a cluster that move (CLU-2, CLU-4, CLU-5), met through Jedis. */
class MovingSlotsTest extends MovingSlots {
    @Override
    protected String scheme() {
        return "redis-cluster+jedis";
    }
}
