package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.history.HistoryThroughFailovers;

/** What several processes see while masters fail, through Lettuce. */
class HistoryThroughFailoversTest extends HistoryThroughFailovers {
    @Override
    protected String client() {
        return "lettuce";
    }
}
