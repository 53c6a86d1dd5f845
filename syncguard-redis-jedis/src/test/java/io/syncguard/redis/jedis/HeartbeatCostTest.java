package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.HeartbeatCost;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** What renewing costs, through Jedis. */
class HeartbeatCostTest extends HeartbeatCost {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
