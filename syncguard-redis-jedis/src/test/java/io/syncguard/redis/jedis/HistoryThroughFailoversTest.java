package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.history.HistoryThroughFailovers;

/** What several processes see while masters fail, through Jedis. */
class HistoryThroughFailoversTest extends HistoryThroughFailovers {
    @Override
    protected String client() {
        return "jedis";
    }
}
