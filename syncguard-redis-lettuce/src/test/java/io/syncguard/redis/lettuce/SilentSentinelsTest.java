package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.SilentSentinels;

/** Servers that answer nobody, met through Lettuce, whose calls share a connection. */
class SilentSentinelsTest extends SilentSentinels {
    SilentSentinelsTest() {
        super("lettuce", 1);
    }
}
