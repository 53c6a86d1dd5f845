package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.FullMemory;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;

/** A server whose memory is full (RDS-18), met through Lettuce. */
class FullMemoryTest extends FullMemory {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(BackendUri.parse(uri));
    }
}
