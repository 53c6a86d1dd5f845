package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.Lists;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Lists of locks (RDS-29), asked through Jedis. */
class ListsTest extends Lists {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
