package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.Lists;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Lists of locks (RDS-29), asked through Lettuce. */
class ListsTest extends Lists {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
