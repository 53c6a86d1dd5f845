package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.ClosingUnderLoad;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Guards closed and futures cancelled under load, through Lettuce. */
class ClosingUnderLoadTest extends ClosingUnderLoad {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
