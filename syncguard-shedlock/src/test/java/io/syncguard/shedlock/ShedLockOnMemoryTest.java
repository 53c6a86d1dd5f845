package io.syncguard.shedlock;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;

/** ShedLock's tests on locks in memory. */
class ShedLockOnMemoryTest extends ShedLockContract {
    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard elsewhere = locks.guard();

    @Override
    SyncGuard guard() {
        return guard;
    }

    @Override
    SyncGuard elsewhere() {
        return elsewhere;
    }

    @Override
    int fuzzIterations() {
        return 100;
    }
}
