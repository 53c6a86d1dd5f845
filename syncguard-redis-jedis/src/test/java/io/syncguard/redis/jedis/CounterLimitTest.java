package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.CounterLimit;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** The end of a counter (RDS-7), met through Jedis. */
class CounterLimitTest extends CounterLimit {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
