package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.MovingSlots;

/** Slots of a cluster that move (CLU-2, CLU-4, CLU-5), met through Lettuce. */
class MovingSlotsTest extends MovingSlots {
    @Override
    protected String scheme() {
        return "redis-cluster+lettuce";
    }
}
