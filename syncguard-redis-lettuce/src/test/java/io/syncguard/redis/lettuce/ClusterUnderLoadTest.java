package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.ClusterUnderLoad;

/** A cluster in trouble, met through Lettuce. */
class ClusterUnderLoadTest extends ClusterUnderLoad {
    @Override
    protected String scheme() {
        return "redis-cluster+lettuce";
    }
}
