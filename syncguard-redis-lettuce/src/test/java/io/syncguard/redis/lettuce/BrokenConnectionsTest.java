package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.BrokenConnections;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Connections that break (RDS-5), met through Lettuce. */
class BrokenConnectionsTest extends BrokenConnections {
    @Override
    protected int requests() {
        return 4;
    }

    @Override
    protected LockBackend open(int port) {
        return new LettuceLockBackendProvider().open(PatientUri.parse("redis://127.0.0.1:" + port));
    }
}
