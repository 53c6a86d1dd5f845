package io.syncguard.internal.guard;

import io.syncguard.AsyncGuard;
import io.syncguard.AsyncHeldLock;
import io.syncguard.AsyncLockedFunction;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.internal.acquire.FutureAcquisition;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.internal.call.PlainLockFuture;
import io.syncguard.internal.lease.FutureHeldLock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The asynchronous view of a guard. Thread-safe. */
final class FutureGuard implements AsyncGuard {
    private final OpenGuard open;

    FutureGuard(OpenGuard open) {
        this.open = open;
    }

    @Override
    public CompletableFuture<Void> run(String key, LockOptions options, Supplier<? extends CompletionStage<?>> work) {
        Objects.requireNonNull(work, "work");
        @SuppressWarnings("unchecked") // Nothing is done with its result.
        AsyncLockedFunction<Object> unchecked = lock -> (CompletionStage<Object>) work.get();
        return working(key, options, unchecked, FutureGuard::nothing);
    }

    @SuppressWarnings("NullAway") // A Void is always null.
    private static Void nothing(@Nullable Object result) {
        return null;
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work) {
        Objects.requireNonNull(work, "work");
        return working(key, options, work, result -> result);
    }

    private <A extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> working(
            String key, LockOptions options, AsyncLockedFunction<A> work, Function<A, R> form) {
        Objects.requireNonNull(options, "options");
        return checked(key, checked -> {
            LockFuture<R> result =
                    new PlainLockFuture<>(open.leases().threads(), LockOperation.ACQUIRE, checked::fingerprint);
            CompletableFuture<AsyncHeldLock> acquiring = FutureAcquisition.waiting(open.acquire(), checked, options);
            result.follows(acquiring);
            acquiring.whenComplete((lock, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else if (result.isDone()) {
                    // Cancelled just after the lock was granted: the work does not begin.
                    ((FutureHeldLock) lock).closeAndTell();
                } else {
                    new WorkUnderLock<A, R>((FutureHeldLock) lock, options.lossPolicy(), form, result).run(work);
                }
            });
            return result;
        });
    }

    /** Passes a key on to a call, or fails the future if there can be no such key. */
    private static <T extends @Nullable Object> CompletableFuture<T> checked(
            String key, Function<LockKey, CompletableFuture<T>> call) {
        try {
            return call.apply(LockKey.of(key));
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<AsyncHeldLock> acquire(String key, LockOptions options) {
        Objects.requireNonNull(options, "options");
        return checked(key, checked -> FutureAcquisition.waiting(open.acquire(), checked, options));
    }

    @Override
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, Duration ttl) {
        return checked(
                key,
                checked -> FutureAcquisition.once(
                        open.acquire(), checked, LockOptions.defaults().withTtl(ttl)));
    }

    @Override
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, LockOptions options) {
        Objects.requireNonNull(options, "options");
        return checked(key, checked -> FutureAcquisition.once(open.acquire(), checked, options));
    }

    private <A, T> CompletableFuture<T> asked(BackendCall<A> request, Function<A, T> form) {
        return PlainLockFuture.of(
                open.leases().threads(), request, open.backend().send(request, Origin.CALLER), form);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String key) {
        return checked(key, checked -> asked(new BackendCall.IsLocked(checked), Function.identity()));
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(String key) {
        return checked(
                key, checked -> asked(new BackendCall.LookupByKey(checked), found -> found.map(LockRecord::info)));
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(LockId id) {
        return asked(
                new BackendCall.LookupById(Objects.requireNonNull(id, "id")), found -> found.map(LockRecord::info));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(String key) {
        return checked(key, checked -> asked(new BackendCall.LookupByKey(checked), Function.identity()));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(LockId id) {
        return asked(new BackendCall.LookupById(Objects.requireNonNull(id, "id")), Function.identity());
    }

    @Override
    public CompletableFuture<Boolean> owns(LockId id) {
        return asked(new BackendCall.LookupById(Objects.requireNonNull(id, "id")), Optional::isPresent);
    }
}
