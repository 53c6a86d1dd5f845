package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.FenceMemories;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** What fence counters take up (RDS-11), asked through Jedis. */
class FenceMemoryTest extends FenceMemories {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
