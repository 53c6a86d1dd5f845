package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.ForeignValues;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Foreign values (RDS-3), met through Lettuce. */
class ForeignValuesTest extends ForeignValues {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
