package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.WaitersInLine;

/** The line of those that wait, through Lettuce. */
class WaitersInLineTest extends WaitersInLine {
    WaitersInLineTest() {
        super("+lettuce");
    }
}
