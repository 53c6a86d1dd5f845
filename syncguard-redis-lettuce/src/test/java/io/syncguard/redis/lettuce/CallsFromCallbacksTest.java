package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.CallsFromCallbacks;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Stages that block, through Lettuce. */
class CallsFromCallbacksTest extends CallsFromCallbacks {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
