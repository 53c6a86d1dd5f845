package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.MovingSlots;

/** Slots of a cluster that move, met through Jedis. */
class MovingSlotsTest extends MovingSlots {
    @Override
    protected String scheme() {
        return "redis-cluster+jedis";
    }
}
