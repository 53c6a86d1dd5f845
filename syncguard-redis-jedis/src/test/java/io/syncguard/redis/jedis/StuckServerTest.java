package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.StuckServer;
import io.syncguard.spi.LockBackend;

/** A stuck server, met through Jedis. */
class StuckServerTest extends StuckServer {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected boolean isWaitingForServer(Thread thread) {
        return StackOf.contains(thread, "NioSocketImpl", "read");
    }
}
