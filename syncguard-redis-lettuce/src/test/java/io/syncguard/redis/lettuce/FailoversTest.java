package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.Failovers;

/** A master that dies (RDS-16), met through Lettuce. */
class FailoversTest extends Failovers {
    @Override
    protected String scheme() {
        return "redis-sentinel+lettuce";
    }
}
