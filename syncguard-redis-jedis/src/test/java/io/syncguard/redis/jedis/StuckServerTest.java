package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.StuckServer;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;

/** A stuck server, met through Jedis. */
class StuckServerTest extends StuckServer {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(BackendUri.parse(uri));
    }

    @Override
    protected boolean isWaitingForServer(Thread thread) {
        return StackOf.contains(thread, "NioSocketImpl", "read");
    }
}
