package io.syncguard.bench.candidate;

import java.util.concurrent.TimeUnit;
import org.redisson.api.RFencedLock;

/**
 * Redisson's lock with fencing tokens, with a lease and so without a watchdog. Taken by {@code tryLockAndGetToken}, which
 * heeds the lease.
 */
final class RedissonFencedLock implements ContendedLock {
    private final RFencedLock lock;

    RedissonFencedLock(RFencedLock lock) {
        this.lock = lock;
    }

    @Override
    public boolean lock() {
        Long token = lock.tryLockAndGetToken(Lease.PATIENCE.toMillis(), Lease.TTL.toMillis(), TimeUnit.MILLISECONDS);
        return token != null;
    }

    @Override
    public void unlock() {
        lock.unlock();
    }
}
