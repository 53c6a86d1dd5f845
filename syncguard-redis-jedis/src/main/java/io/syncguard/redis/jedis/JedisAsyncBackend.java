package io.syncguard.redis.jedis;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisExtensions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The asynchronous view: blocking calls on threads, but for many extensions at once, which are few calls. Thread-safe. */
final class JedisAsyncBackend implements AsyncLockBackend {
    private final RedisRequests requests;
    private final JedisScripts scripts;
    private final ExecutorAsyncBackend threads;

    JedisAsyncBackend(RedisRequests requests, JedisScripts scripts, ExecutorAsyncBackend threads) {
        this.requests = requests;
        this.scripts = scripts;
        this.threads = threads;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return threads.acquire(key, id, ttl);
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return threads.release(id);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return threads.extend(id, ttl);
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return RedisExtensions.send(requests, extensions, this::start, this::start);
    }

    private <T> CompletableFuture<T> start(RedisCall<T> call) {
        return threads.startInBackground(call.operation(), call.lock()::fingerprint, () -> scripts.run(call));
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return threads.abandon(key, id, ttl);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return threads.isLocked(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return threads.lookup(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return threads.lookup(id);
    }
}
