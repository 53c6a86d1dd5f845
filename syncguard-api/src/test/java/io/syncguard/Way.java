package io.syncguard;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The two faces of a guard and of the locks taken through them, for tests of what they have in common. */
enum Way {
    BLOCKING {
        @Override
        LockHandle acquire(SyncGuard guard, String key, LockOptions options) {
            return guard.acquire(key, options);
        }

        @Override
        Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options) {
            return guard.tryAcquire(key, options);
        }

        @Override
        boolean extend(LockHandle lock, Duration ttl) {
            return ((HeldLock) lock).extend(ttl);
        }

        @Override
        boolean release(LockHandle lock) {
            return ((HeldLock) lock).release();
        }

        @Override
        void close(LockHandle lock) {
            ((HeldLock) lock).close();
        }
    },
    ASYNC {
        @Override
        LockHandle acquire(SyncGuard guard, String key, LockOptions options) {
            return joined(guard.async().acquire(key, options));
        }

        @Override
        Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options) {
            return joined(guard.async().tryAcquire(key, options));
        }

        @Override
        boolean extend(LockHandle lock, Duration ttl) {
            return joined(((AsyncHeldLock) lock).extend(ttl));
        }

        @Override
        boolean release(LockHandle lock) {
            return joined(((AsyncHeldLock) lock).release());
        }

        @Override
        void close(LockHandle lock) {
            joined(((AsyncHeldLock) lock).close());
        }
    };

    abstract LockHandle acquire(SyncGuard guard, String key, LockOptions options);

    abstract Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, LockOptions options);

    Optional<? extends LockHandle> tryAcquire(SyncGuard guard, String key, Duration ttl) {
        return tryAcquire(guard, key, LockOptions.defaults().withTtl(ttl));
    }

    abstract boolean extend(LockHandle lock, Duration ttl);

    abstract boolean release(LockHandle lock);

    abstract void close(LockHandle lock);

    /** Returns what a future has, or throws the exception of ours that it failed with. One that never completes fails the test. */
    static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.get(2, TimeUnit.MINUTES);
        } catch (CancellationException e) {
            throw LockException.within(e).orElseThrow(() -> e);
        } catch (ExecutionException e) {
            throw LockException.within(e).orElseThrow(() -> new CompletionException(e.getCause()));
        } catch (TimeoutException e) {
            throw new AssertionError("a future is not complete after two minutes: " + future, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a future was not complete: " + future, e);
        }
    }
}
