package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerFailures;
import io.syncguard.spi.LockBackend;

/** Failing servers, met through Jedis. */
class ServerFailuresTest extends ServerFailures {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
