package io.syncguard.redis.lettuce;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisExtensions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The asynchronous view, which is what Lettuce does by nature. Thread-safe. */
final class LettuceAsyncBackend implements AsyncLockBackend {
    private final RedisRequests requests;
    private final LettuceCalls calls;

    LettuceAsyncBackend(RedisRequests requests, LettuceCalls calls) {
        this.requests = requests;
        this.calls = calls;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return start(() -> requests.acquire(key, id, ttl));
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return start(() -> requests.release(id));
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return start(() -> requests.extend(id, ttl));
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return RedisExtensions.send(requests, extensions, calls::start, calls::start);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return start(() -> requests.abandon(key, id));
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return start(() -> requests.isLocked(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return start(() -> requests.lookup(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return start(() -> requests.lookup(id));
    }

    private <T> CompletableFuture<T> start(Supplier<RedisCall<T>> request) {
        RedisCall<T> call;
        try {
            call = request.get();
        } catch (LockException e) {
            // A key too long for a backend that refuses them.
            return CompletableFuture.failedFuture(e);
        }
        return calls.start(call);
    }
}
