package io.syncguard.internal.guard;

import io.syncguard.AsyncGuard;
import io.syncguard.AsyncHeldLock;
import io.syncguard.AsyncLockedFunction;
import io.syncguard.InvalidArgumentException;
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
        return working(key, Accepts.WAIT_AND_WORK, options, "run", ignoringLock(work), FutureGuard::nothing, null);
    }

    /** Null stays null, to be refused like any other argument. */
    @SuppressWarnings({"unchecked", "NullAway"}) // Nothing is done with its result.
    private static AsyncLockedFunction<Object> ignoringLock(@Nullable Supplier<? extends CompletionStage<?>> work) {
        return work == null ? null : lock -> (CompletionStage<Object>) work.get();
    }

    @SuppressWarnings("NullAway") // A Void is always null.
    private static Void nothing(@Nullable Object result) {
        return null;
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work) {
        return working(key, Accepts.WAIT_AND_WORK, options, "call", work, Function.identity(), null);
    }

    @Override
    public CompletableFuture<Boolean> tryRun(
            String key, LockOptions options, Supplier<? extends CompletionStage<?>> work) {
        return working(key, Accepts.TRY_AND_WORK, options, "tryRun", ignoringLock(work), result -> true, false);
    }

    @Override
    public <R> CompletableFuture<Optional<R>> tryCall(String key, LockOptions options, AsyncLockedFunction<R> work) {
        return working(key, Accepts.TRY_AND_WORK, options, "tryCall", work, Optional::ofNullable, Optional.empty());
    }

    /**
     * Does work under a lock.
     *
     * @param form makes a result of what the work answers
     * @param skipped the result if another holder has the lock; null if the call waits
     */
    private <A extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> working(
            String key,
            Accepts accepts,
            LockOptions options,
            String call,
            AsyncLockedFunction<A> work,
            Function<A, R> form,
            @Nullable R skipped) {
        return checked(LockOperation.ACQUIRE, key, checked -> {
            accepts.check(options, call);
            InvalidArgumentException.requireNonNull(work, "work");
            LockFuture<R> result =
                    new PlainLockFuture<>(open.leases().threads(), LockOperation.ACQUIRE, checked::fingerprint);
            CompletableFuture<Optional<AsyncHeldLock>> acquiring = accepts.isWaiting()
                    ? FutureAcquisition.waiting(open.acquire(), checked, options, Function.identity())
                    : FutureAcquisition.once(open.acquire(), checked, options);
            result.follows(acquiring);
            acquiring.whenComplete((lock, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else if (lock.isEmpty()) {
                    complete(result, skipped);
                } else if (result.isDone()) {
                    // Cancelled just after the lock was granted: the work does not begin.
                    ((FutureHeldLock) lock.get()).closeAndTell();
                } else {
                    new WorkUnderLock<A, R>((FutureHeldLock) lock.get(), options.lossPolicy(), form, result).run(work);
                }
            });
            return result;
        });
    }

    @SuppressWarnings("NullAway") // There is a result wherever the lock may be missing.
    private static <R extends @Nullable Object> void complete(LockFuture<R> future, @Nullable R result) {
        future.complete(result);
    }

    /** Passes a key on to a call, or fails the future of one that is refused. */
    private <T extends @Nullable Object> CompletableFuture<T> checked(
            LockOperation operation, String key, Function<LockKey, CompletableFuture<T>> call) {
        LockKey checked = null;
        try {
            checked = LockKey.of(key);
            return call.apply(checked);
        } catch (LockException e) {
            return CompletableFuture.failedFuture(open.refused(operation, checked, e));
        }
    }

    @Override
    public CompletableFuture<AsyncHeldLock> acquire(String key, LockOptions options) {
        return checked(LockOperation.ACQUIRE, key, checked -> {
            Accepts.WAIT.check(options, "acquire");
            return FutureAcquisition.waiting(open.acquire(), checked, options, Optional::orElseThrow);
        });
    }

    @Override
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, LockOptions options) {
        return checked(LockOperation.ACQUIRE, key, checked -> {
            Accepts.TRY.check(options, "tryAcquire");
            return FutureAcquisition.once(open.acquire(), checked, options);
        });
    }

    private <A, T> CompletableFuture<T> asked(BackendCall<A> request, Function<A, T> form) {
        LockException refusal = open.backend().refusal(request);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        return PlainLockFuture.of(
                open.leases().threads(), request, open.backend().send(request, Origin.CALLER), form);
    }

    private <T> CompletableFuture<T> lookedUp(LockId id, Function<Optional<LockRecord>, T> form) {
        try {
            InvalidArgumentException.requireNonNull(id, "id");
        } catch (LockException e) {
            return CompletableFuture.failedFuture(open.refused(LockOperation.LOOKUP, null, e));
        }
        return asked(new BackendCall.LookupById(id), form);
    }

    private <T> CompletableFuture<T> lookedUp(String key, Function<Optional<LockRecord>, T> form) {
        return checked(LockOperation.LOOKUP, key, checked -> asked(new BackendCall.LookupByKey(checked), form));
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String key) {
        return checked(
                LockOperation.IS_LOCKED, key, checked -> asked(new BackendCall.IsLocked(checked), Function.identity()));
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(String key) {
        return lookedUp(key, found -> found.map(LockRecord::info));
    }

    @Override
    public CompletableFuture<Optional<LockInfo>> lookup(LockId id) {
        return lookedUp(id, found -> found.map(LockRecord::info));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(String key) {
        return lookedUp(key, Function.identity());
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookupRaw(LockId id) {
        return lookedUp(id, Function.identity());
    }

    @Override
    public CompletableFuture<Boolean> owns(LockId id) {
        return lookedUp(id, Optional::isPresent);
    }

    @Override
    public CompletableFuture<Duration> ping() {
        return asked(new BackendCall.Ping(open.clock()), Function.identity());
    }
}
