package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.HeartbeatThroughOutage;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Renewed locks and a server that is killed, through Jedis. */
class HeartbeatThroughOutageTest extends HeartbeatThroughOutage {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
