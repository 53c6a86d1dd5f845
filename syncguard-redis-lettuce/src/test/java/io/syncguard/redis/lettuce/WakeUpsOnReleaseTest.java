package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.WakeUpsOnRelease;
import io.syncguard.spi.LockBackend;

/** Many waiters for one lock, through Lettuce. */
class WakeUpsOnReleaseTest extends WakeUpsOnRelease {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
