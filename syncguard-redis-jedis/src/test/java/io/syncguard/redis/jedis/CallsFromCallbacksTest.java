package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.CallsFromCallbacks;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Stages that block, through Jedis. */
class CallsFromCallbacksTest extends CallsFromCallbacks {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
