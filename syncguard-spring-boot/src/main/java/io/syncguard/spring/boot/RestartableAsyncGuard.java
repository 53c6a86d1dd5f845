package io.syncguard.spring.boot;

import io.syncguard.AsyncGuard;
import io.syncguard.AsyncHeldLock;
import io.syncguard.AsyncLockedFunction;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The asynchronous view of a {@link RestartableGuard}. Thread-safe. */
final class RestartableAsyncGuard implements AsyncGuard {
    private final Supplier<AsyncGuard> current;

    /**
     * @param current answers the view of the guard that is open now
     */
    RestartableAsyncGuard(Supplier<AsyncGuard> current) {
        this.current = current;
    }

    @Override
    public CompletableFuture<Void> run(String key, LockOptions options, Supplier<? extends CompletionStage<?>> work) {
        return current.get().run(key, options, work);
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work) {
        return current.get().call(key, options, work);
    }

    @Override
    public CompletableFuture<Boolean> tryRun(
            String key, LockOptions options, Supplier<? extends CompletionStage<?>> work) {
        return current.get().tryRun(key, options, work);
    }

    @Override
    public <R> CompletableFuture<Optional<R>> tryCall(String key, LockOptions options, AsyncLockedFunction<R> work) {
        return current.get().tryCall(key, options, work);
    }

    @Override
    public CompletableFuture<AsyncHeldLock> acquire(String key, LockOptions options) {
        return current.get().acquire(key, options);
    }

    @Override
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, LockOptions options) {
        return current.get().tryAcquire(key, options);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String key) {
        return current.get().isLocked(key);
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(String key) {
        return current.get().lookup(key);
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(LockId id) {
        return current.get().lookup(id);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(String key) {
        return current.get().lookupRaw(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(LockId id) {
        return current.get().lookupRaw(id);
    }

    @Override
    public CompletableFuture<Boolean> owns(LockId id) {
        return current.get().owns(id);
    }

    @Override
    public CompletableFuture<Duration> ping() {
        return current.get().ping();
    }
}
