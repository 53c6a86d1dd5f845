package io.syncguard.bench.candidate;

import java.util.concurrent.TimeUnit;
import org.redisson.api.RLock;

/** Redisson's plain lock, with a lease and so without a watchdog. */
final class RedissonLock implements ContendedLock {
    private final RLock lock;

    RedissonLock(RLock lock) {
        this.lock = lock;
    }

    @Override
    public boolean lock() throws InterruptedException {
        return lock.tryLock(Lease.PATIENCE.toMillis(), Lease.TTL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void unlock() {
        lock.unlock();
    }
}
