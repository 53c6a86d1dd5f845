package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ConnectionCuts;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Cut connections, met through Jedis. */
class ConnectionCutsTest extends ConnectionCuts {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
