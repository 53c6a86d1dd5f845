package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.BrokenConnections;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Connections that break (RDS-5), met through Jedis. */
class BrokenConnectionsTest extends BrokenConnections {
    @Override
    protected int requests() {
        return 1;
    }

    @Override
    protected LockBackend open(int port) {
        return new JedisLockBackendProvider().open(PatientUri.parse("redis://127.0.0.1:" + port));
    }
}
