package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.WakeUpsOnRelease;
import io.syncguard.spi.LockBackend;

/** Many waiters for one lock, through Jedis. */
class WakeUpsOnReleaseTest extends WakeUpsOnRelease {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
