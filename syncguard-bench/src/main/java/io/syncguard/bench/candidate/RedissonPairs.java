package io.syncguard.bench.candidate;

import java.util.concurrent.TimeUnit;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;

/** Redisson's locks without blocking. The owner is the thread that asked, whichever thread gives it back. */
final class RedissonPairs {
    private RedissonPairs() {}

    static AsyncPair of(RLock lock) {
        return () -> {
            long owner = Thread.currentThread().getId();
            return lock.tryLockAsync(0, Lease.TTL.toMillis(), TimeUnit.MILLISECONDS, owner)
                    .thenCompose(taken -> {
                        if (!taken) {
                            throw new IllegalStateException("the lock was taken");
                        }
                        return lock.unlockAsync(owner);
                    });
        };
    }

    static AsyncPair of(RFencedLock lock) {
        return () -> {
            long owner = Thread.currentThread().getId();
            return lock.tryLockAndGetTokenAsync(0, Lease.TTL.toMillis(), TimeUnit.MILLISECONDS)
                    .thenCompose(token -> {
                        if (token == null) {
                            throw new IllegalStateException("the lock was taken");
                        }
                        return lock.unlockAsync(owner);
                    });
        };
    }
}
