package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.HeartbeatThroughOutage;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Renewed locks and a server that is killed, through Lettuce. */
class HeartbeatThroughOutageTest extends HeartbeatThroughOutage {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
