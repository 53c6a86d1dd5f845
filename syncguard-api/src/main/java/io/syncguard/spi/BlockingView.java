package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The blocking methods of a natively asynchronous backend: each starts a call and waits for its future. Thread-safe. */
final class BlockingView implements LockBackend {
    private final NativeAsyncBackend async;

    BlockingView(NativeAsyncBackend async) {
        this.async = Objects.requireNonNull(async, "async");
    }

    private <T extends @Nullable Object> T await(
            LockOperation operation, Supplier<String> fingerprint, Supplier<CompletableFuture<T>> call) {
        refuseIfMayNotBlock(async, operation, fingerprint);
        return AsyncLockBackend.await(call, operation, fingerprint);
    }

    /** Refuses a blocking call on a thread that must not wait for its answer (OPT-5). */
    static void refuseIfMayNotBlock(
            AsyncLockBackend async, LockOperation operation, Supplier<? extends @Nullable String> fingerprint) {
        if (!async.mayBlock()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint.get(),
                    "this thread has to read the answer itself, so blocking it would wait for ever; stay asynchronous, or"
                            + " move the call to another thread; nothing was sent",
                    null);
        }
    }

    @Override
    public BackendCapabilities capabilities() {
        return async.capabilities();
    }

    @Override
    public void ping() {
        await(LockOperation.PING, () -> null, () -> async.awaited().ping());
    }

    @Override
    public LockId newLockId(LockKey key) {
        return async.newLockId(key);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return await(
                LockOperation.ACQUIRE, key::fingerprint, () -> async.awaited().acquire(key, id, ttl));
    }

    @Override
    public ReleaseResult release(LockId id) {
        return await(
                LockOperation.RELEASE, id::fingerprint, () -> async.awaited().release(id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return await(
                LockOperation.EXTEND, id::fingerprint, () -> async.awaited().extend(id, ttl));
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        await(LockOperation.RELEASE, key::fingerprint, () -> async.awaited().abandon(key, id, ttl));
    }

    @Override
    public boolean isLocked(LockKey key) {
        return await(
                LockOperation.IS_LOCKED, key::fingerprint, () -> async.awaited().isLocked(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return await(
                LockOperation.LOOKUP, key::fingerprint, () -> async.awaited().lookup(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return await(
                LockOperation.LOOKUP, id::fingerprint, () -> async.awaited().lookup(id));
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return async.wakeUps();
    }

    @Override
    public Optional<LockListing> listing() {
        return async.listing();
    }

    @Override
    public void labelHolder(String label) {
        async.labelHolder(label);
    }

    @Override
    public GuardClock clock() {
        return async.clock();
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        async.close();
    }

    @Override
    public String toString() {
        return "LockBackend.blocking(" + async.capabilities().name() + ")";
    }
}
