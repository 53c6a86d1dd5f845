package io.syncguard.bench.candidate;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** A lock of Spring Integration's registry. The registry set its ttl. */
final class SpringLock implements ContendedLock {
    private final Lock lock;

    SpringLock(Lock lock) {
        this.lock = lock;
    }

    @Override
    public boolean lock() throws InterruptedException {
        return lock.tryLock(Lease.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void unlock() {
        lock.unlock();
    }
}
