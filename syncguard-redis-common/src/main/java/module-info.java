/** What the Redis backends share: options, failures, scripts and fenced values. */
module io.syncguard.redis.common {
    requires transitive io.syncguard.api;
    requires com.fasterxml.jackson.databind;

    exports io.syncguard.redis.common;
}
