package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.CounterLimit;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** The end of a counter (RDS-7), met through Lettuce. */
class CounterLimitTest extends CounterLimit {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
