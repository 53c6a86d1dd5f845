package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.ConnectionCuts;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Cut connections, met through Lettuce. */
class ConnectionCutsTest extends ConnectionCuts {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
