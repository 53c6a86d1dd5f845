package io.syncguard.memory;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs calls on the threads that ask for them, and on threads of its own while a test has made the store slow. Thread-safe. */
final class MemoryAsyncView implements AsyncLockBackend, AutoCloseable {
    /** Before JDK 21, how many slow calls of a backend go on at a time. */
    private static final int MOST_THREADS = 64;

    private final MemoryStore store;
    private final ExecutorAsyncBackend onCaller;
    private final ExecutorAsyncBackend onThreads;

    MemoryAsyncView(MemoryLockBackend backend, MemoryStore store) {
        this.store = store;
        this.onCaller = ExecutorAsyncBackend.onCaller(backend);
        this.onThreads = ExecutorAsyncBackend.onThreads(backend, MOST_THREADS);
    }

    private ExecutorAsyncBackend calls() {
        return store.isSlow() ? onThreads : onCaller;
    }

    /** Makes another call of the backend's in the same way. */
    <T> CompletableFuture<T> start(LockOperation operation, Supplier<String> fingerprint, Supplier<T> body) {
        return calls().start(operation, fingerprint, body);
    }

    @Override
    public CompletableFuture<?> ping() {
        return calls().ping();
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return calls().acquire(key, id, ttl);
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return calls().release(id);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return calls().extend(id, ttl);
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return calls().extendAll(extensions);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return calls().abandon(key, id, ttl);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return calls().isLocked(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return calls().lookup(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return calls().lookup(id);
    }

    @Override
    public void close() {
        onThreads.close();
    }
}
