package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.FullMemory;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;

/** A server whose memory is full (RDS-18), met through Jedis. */
class FullMemoryTest extends FullMemory {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }
}
