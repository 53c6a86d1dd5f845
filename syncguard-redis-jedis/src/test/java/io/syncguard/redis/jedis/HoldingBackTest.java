package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.HoldingBack;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Who leaves a lock to another, through Jedis. */
class HoldingBackTest extends HoldingBack {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
