package io.syncguard.bench.candidate;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;

/**
 * Where this library has its locks.
 *
 * @param requests codes its calls
 * @param idsSayWhere whether the last character of an id says where its lock is
 */
record RawLayout(RedisRequests requests, boolean idsSayWhere) {
    static final RawLayout ON_ONE_SERVER = new RawLayout(new RedisRequests(RedisOptions.defaults()), false);
    static final RawLayout IN_CLUSTER = new RawLayout(RedisRequests.inCluster(RedisOptions.defaults()), true);
}
