package io.syncguard.redis.tests.history;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One of the two views of a guard, as a thread uses it that waits for each call. */
enum GuardView {
    BLOCKING {
        @Override
        Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options) {
            return guard.tryAcquire(key, options);
        }

        @Override
        LockHandle acquire(SyncGuard guard, String key, LockOptions options) {
            return guard.acquire(key, options);
        }

        @Override
        boolean extend(LockHandle lock, Duration ttl) {
            return ((HeldLock) lock).extend(ttl);
        }

        @Override
        boolean release(LockHandle lock) {
            return ((HeldLock) lock).release();
        }
    },
    ASYNCHRONOUS {
        @Override
        Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options) {
            return result(guard.async().tryAcquire(key, options));
        }

        @Override
        LockHandle acquire(SyncGuard guard, String key, LockOptions options) {
            return result(guard.async().acquire(key, options));
        }

        @Override
        boolean extend(LockHandle lock, Duration ttl) {
            return result(((AsyncHeldLock) lock).extend(ttl));
        }

        @Override
        boolean release(LockHandle lock) {
            return result(((AsyncHeldLock) lock).release());
        }

        private <T> T result(CompletableFuture<T> call) {
            try {
                return call.join();
            } catch (CompletionException e) {
                throw LockException.within(e).orElseThrow(() -> e);
            }
        }
    };

    abstract Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options);

    abstract LockHandle acquire(SyncGuard guard, String key, LockOptions options);

    abstract boolean extend(LockHandle lock, Duration ttl);

    abstract boolean release(LockHandle lock);
}
