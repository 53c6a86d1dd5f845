package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.Pings;

/** What a ping finds out through Lettuce. */
class PingsTest extends Pings {
    PingsTest() {
        super("lettuce");
    }
}
