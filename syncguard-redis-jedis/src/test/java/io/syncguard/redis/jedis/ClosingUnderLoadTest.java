package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ClosingUnderLoad;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Guards closed and futures cancelled under load, through Jedis. */
class ClosingUnderLoadTest extends ClosingUnderLoad {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
