package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The asynchronous view of a scripted backend: answers at once by its script, but for calls a test keeps pending. */
final class ScriptedAsyncBackend implements AsyncLockBackend {
    final Queue<PendingCall<AcquireResult>> acquires = new ConcurrentLinkedQueue<>();
    final Queue<PendingCall<ReleaseResult>> releases = new ConcurrentLinkedQueue<>();
    final Queue<PendingCall<ExtendResult>> extensions = new ConcurrentLinkedQueue<>();

    /** How many extensions were asked for together, each time. */
    final Queue<Integer> together = new ConcurrentLinkedQueue<>();

    /** Runs before extensions that were asked for together are sent. */
    volatile Runnable beforeExtending = () -> {};

    private final ScriptedBackend backend;
    private final AsyncLockBackend atOnce;

    ScriptedAsyncBackend(ScriptedBackend backend) {
        this.backend = backend;
        this.atOnce = ExecutorAsyncBackend.onCaller(backend);
    }

    private <T> CompletableFuture<T> pending(String operation, LockId id, PendingCall<T> call) {
        backend.calls.add(new ScriptedBackend.Call(operation, id, System.nanoTime()));
        return call;
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        PendingCall<AcquireResult> next = acquires.poll();
        return next == null ? atOnce.acquire(key, id, ttl) : pending("acquire", id, next);
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        PendingCall<ReleaseResult> next = releases.poll();
        return next == null ? atOnce.release(id) : pending("release", id, next);
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        PendingCall<ExtendResult> next = extensions.poll();
        return next == null ? atOnce.extend(id, ttl) : pending("extend", id, next);
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        together.add(extensions.size());
        beforeExtending.run();
        return AsyncLockBackend.super.extendAll(extensions);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return atOnce.abandon(key, id, ttl);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return atOnce.isLocked(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return atOnce.lookup(key);
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return atOnce.lookup(id);
    }
}
