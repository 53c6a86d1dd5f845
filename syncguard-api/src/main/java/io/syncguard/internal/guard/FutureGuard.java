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
import io.syncguard.LossPolicy;
import io.syncguard.internal.acquire.FutureAcquisition;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.call.LockFuture;
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
        return call(key, options, lock -> work.get().thenAccept(ignored -> {}));
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(work, "work");
        return checked(key, checked -> {
            LockFuture<R> result =
                    new LockFuture<>(open.leases().threads(), LockOperation.ACQUIRE, checked::fingerprint);
            CompletableFuture<AsyncHeldLock> acquiring = FutureAcquisition.waiting(open.acquire(), checked, options);
            result.follows(acquiring);
            acquiring.whenComplete((lock, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else {
                    under((FutureHeldLock) lock, options.lossPolicy(), work, result);
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

    private static <R extends @Nullable Object> void under(
            FutureHeldLock lock, LossPolicy policy, AsyncLockedFunction<R> work, LockFuture<R> result) {
        if (result.isDone()) {
            // Cancelled just after the lock was granted: the work does not begin.
            lock.closeAndTell();
            return;
        }
        CompletionStage<R> stage = begun(work, lock);
        if (policy == LossPolicy.INTERRUPT) {
            lock.onLost(() -> cancel(stage));
        }
        stage.whenComplete((value, failure) -> lock.closeAndTell().thenAccept(held -> {
            boolean lost = !held && policy != LossPolicy.KEEP_RESULT;
            if (failure == null && !lost) {
                result.complete(value);
            } else if (failure == null || (lost && policy == LossPolicy.INTERRUPT)) {
                result.completeExceptionally(LockedWork.lost(lock, failure));
            } else {
                result.completeExceptionally(LockFuture.unwrapped(failure));
            }
        }));
    }

    private static void cancel(CompletionStage<?> stage) {
        if (stage instanceof CompletableFuture<?> future) {
            future.cancel(true);
        }
    }

    private static <R extends @Nullable Object> CompletionStage<R> begun(
            AsyncLockedFunction<R> work, AsyncHeldLock lock) {
        try {
            return Objects.requireNonNull(work.apply(lock), "the work must return a stage");
        } catch (Exception | Error e) {
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
        return LockFuture.of(open.leases().threads(), request, open.backend().send(request, Origin.CALLER), form);
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
