package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.SilentFirstSentinel;

/** A silent sentinel before others (RDS-16), met through Lettuce. */
class SilentFirstSentinelTest extends SilentFirstSentinel {
    @Override
    protected String scheme() {
        return "redis-sentinel+lettuce";
    }
}
