package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.ManyWaiters;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Many waiters for one lock, through Lettuce. */
class ManyWaitersTest extends ManyWaiters {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
