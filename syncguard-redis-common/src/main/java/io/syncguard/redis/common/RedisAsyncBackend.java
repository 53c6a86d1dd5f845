package io.syncguard.redis.common;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The asynchronous view. Thread-safe. */
final class RedisAsyncBackend implements AsyncLockBackend {
    private final RedisRequests requests;
    private final RedisCalls calls;

    RedisAsyncBackend(RedisRequests requests, RedisCalls calls) {
        this.requests = requests;
        this.calls = calls;
    }

    @Override
    public CompletableFuture<Boolean> ping() {
        return calls.send(requests.ping());
    }

    @Override
    public boolean mayBlock() {
        return calls.mayBlock();
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return calls.send(() -> requests.acquire(key, id, ttl), false);
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return calls.send(() -> requests.release(id), false);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return calls.send(() -> requests.extend(id, ttl), false);
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return RedisExtensions.send(requests, extensions, calls);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return calls.send(() -> requests.abandon(key, id), true);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return calls.send(() -> requests.isLocked(key), false);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return calls.send(() -> requests.lookup(key), false);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return calls.send(() -> requests.lookup(id), false);
    }
}
