package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.HoldingBack;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Who leaves a lock to another, through Lettuce. */
class HoldingBackTest extends HoldingBack {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
