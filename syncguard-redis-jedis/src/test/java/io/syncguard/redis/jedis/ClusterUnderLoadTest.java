package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ClusterUnderLoad;

/** A cluster in trouble, met through Jedis. */
class ClusterUnderLoadTest extends ClusterUnderLoad {
    @Override
    protected String scheme() {
        return "redis-cluster+jedis";
    }
}
