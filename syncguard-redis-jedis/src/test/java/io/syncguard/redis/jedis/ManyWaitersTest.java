package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ManyWaiters;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Many waiters for one lock, through Jedis. */
class ManyWaitersTest extends ManyWaiters {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
