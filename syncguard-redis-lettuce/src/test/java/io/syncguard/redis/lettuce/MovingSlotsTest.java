package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.MovingSlots;

/** Slots of a cluster that move, met through Lettuce. */
class MovingSlotsTest extends MovingSlots {
    @Override
    protected String scheme() {
        return "redis-cluster+lettuce";
    }
}
