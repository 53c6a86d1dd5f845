package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.SilentSentinels;

/** Servers that answer nobody, met through Jedis, which opens a connection for each call. */
class SilentSentinelsTest extends SilentSentinels {
    SilentSentinelsTest() {
        super("jedis", 0);
    }
}
