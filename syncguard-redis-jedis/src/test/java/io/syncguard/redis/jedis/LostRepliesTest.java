package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.LostReplies;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.LockBackend;

/** Lost replies (RDS-5, RDS-6, RDS-24), met through Jedis. */
class LostRepliesTest extends LostReplies {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
