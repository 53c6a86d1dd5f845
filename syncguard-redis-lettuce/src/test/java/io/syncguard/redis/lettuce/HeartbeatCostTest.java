package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.HeartbeatCost;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** What renewing costs, through Lettuce. */
class HeartbeatCostTest extends HeartbeatCost {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
