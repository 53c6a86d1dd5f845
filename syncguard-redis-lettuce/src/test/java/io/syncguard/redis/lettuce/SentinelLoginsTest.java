package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.SentinelLogins;

/** Passwords of sentinels (RDS-16), shown by Lettuce. */
class SentinelLoginsTest extends SentinelLogins {
    @Override
    protected String scheme() {
        return "redis-sentinel+lettuce";
    }
}
