package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.ForeignValues;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Foreign values (RDS-3), met through Jedis. */
class ForeignValuesTest extends ForeignValues {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
