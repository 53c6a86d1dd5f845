package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.WaitersInLine;

/** The line of those that wait, through Jedis. */
class WaitersInLineTest extends WaitersInLine {
    WaitersInLineTest() {
        super("+jedis");
    }
}
