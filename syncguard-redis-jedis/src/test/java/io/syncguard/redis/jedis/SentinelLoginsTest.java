package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.SentinelLogins;

/** Passwords of sentinels (RDS-16), shown by Jedis. */
class SentinelLoginsTest extends SentinelLogins {
    @Override
    protected String scheme() {
        return "redis-sentinel+jedis";
    }
}
