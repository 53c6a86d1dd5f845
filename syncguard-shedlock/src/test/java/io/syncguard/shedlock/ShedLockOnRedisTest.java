package io.syncguard.shedlock;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.util.UUID;

/** ShedLock's tests on locks in a real Redis. */
class ShedLockOnRedisTest extends ShedLockContract {
    private final String address = SharedRedis.uri()
            + "?operationTimeoutMillis=20000&connectTimeoutMillis=40000&keyPrefix=test-" + UUID.randomUUID();
    private final SyncGuard guard = SyncGuard.connect(address);
    private final SyncGuard elsewhere = SyncGuard.connect(address);

    @Override
    SyncGuard guard() {
        return guard;
    }

    @Override
    SyncGuard elsewhere() {
        return elsewhere;
    }

    /** Threads that are turned away try again at once, which is much for a server that others use. */
    @Override
    int fuzzIterations() {
        return 25;
    }
}
