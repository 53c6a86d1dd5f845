package io.syncguard;

import io.syncguard.spi.AsyncLockBackend;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous face of a {@link SyncGuard}, from {@link SyncGuard#async()}: the same locks, and no thread that waits.
 * Thread-safe; lives and ends with its guard.
 *
 * <pre>{@code
 * CompletableFuture<Receipt> receipt =
 *         guard.async().call("payment:42", lock -> ledger.chargeLater(42, lock.fence()));
 * }</pre>
 *
 * <p>No method blocks, and none throws for anything but a null where there must be none: every failure completes the
 * future with a {@link LockException}, which {@link LockException#within} finds in what a dependent stage gets to see
 * (OPT-4).
 *
 * <p>Cancelling a future, or completing it from outside as {@code orTimeout} does, ends the call at once. A cancelled one
 * ends as {@link LockException#cancelled} says, and a lock that is granted all the same is given back (OPT-1, ACQ-4).
 *
 * <p>What depends on a future runs on the thread that completes it, which may be the one that reads the server's replies:
 * it must not block. Use the {@code …Async} methods of {@link CompletableFuture} for what does.
 */
public final class AsyncGuard {
    private final GuardContext context;
    private final AsyncLockBackend backend;

    AsyncGuard(GuardContext context) {
        this.context = context;
        this.backend = context.backend().async();
    }

    /**
     * Does work under a lock, with {@linkplain LockOptions#defaults() default options}. As
     * {@link #run(String, LockOptions, Supplier)}.
     */
    public CompletableFuture<Void> run(String key, Supplier<? extends CompletionStage<?>> work) {
        return run(key, LockOptions.defaults(), work);
    }

    /**
     * Does work under a lock, without a result. Otherwise as {@link #call(String, LockOptions, AsyncLockedFunction)}.
     */
    public CompletableFuture<Void> run(String key, LockOptions options, Supplier<? extends CompletionStage<?>> work) {
        Objects.requireNonNull(work, "work");
        return call(key, options, lock -> work.get().thenAccept(ignored -> {}));
    }

    /**
     * Does work under a lock, with {@linkplain LockOptions#defaults() default options}. As
     * {@link #call(String, LockOptions, AsyncLockedFunction)}.
     */
    public <R extends @Nullable Object> CompletableFuture<R> call(String key, AsyncLockedFunction<R> work) {
        return call(key, LockOptions.defaults(), work);
    }

    /**
     * Does work under a lock and gives the lock back once, when the work's stage is complete, however it ends. The work
     * is handed the lock, and with it the fence.
     *
     * <p>Unless the options ask for a {@linkplain LockOptions#withHeartbeat heartbeat}, the lock is not renewed during
     * the work: let its ttl outlast it. If it is lost during the work, the options' {@link LossPolicy} decides: by default
     * the future fails with {@code LOCK_LOST} when the work's stage is complete. A failure to give back a lock that was
     * held to the end does not hide the work's outcome; see {@link AsyncHeldLock#close()}.
     *
     * <p>Cancelling the result while it waits for the lock ends the wait, and the work is not begun. Cancelling it during
     * the work does not stop the work, which no future can, so the lock is kept until the work's stage is complete. To
     * give the work up and the lock with it, complete or cancel that stage.
     *
     * @return a future of the work's result, complete after the lock was given back. It fails as the work did, as
     *     {@link #acquire(String, LockOptions)} does if there was no lock, in which case the work was not begun, or with
     *     {@code INVALID_ARGUMENT} before anything happens
     */
    public <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(work, "work");
        return checked(key, checked -> {
            LockFuture<R> result = new LockFuture<>(LockOperation.ACQUIRE, checked::fingerprint);
            CompletableFuture<AsyncHeldLock> acquiring = AsyncAcquisition.waiting(context, checked, options);
            result.follows(acquiring);
            acquiring.whenComplete((lock, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else {
                    under(lock, options.lossPolicy(), work, result);
                }
            });
            return result;
        });
    }

    /** Lets a call have its key, or fails the future if there can be no such key. */
    private static <T extends @Nullable Object> CompletableFuture<T> checked(
            String key, Function<LockKey, CompletableFuture<T>> call) {
        try {
            return call.apply(LockKey.of(key));
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <R extends @Nullable Object> void under(
            AsyncHeldLock lock, LossPolicy policy, AsyncLockedFunction<R> work, LockFuture<R> result) {
        if (result.isDone()) {
            // Cancelled just after the lock was granted: the work is not begun.
            lock.close();
            return;
        }
        CompletionStage<R> stage = begun(work, lock);
        if (policy == LossPolicy.INTERRUPT) {
            lock.onLost(() -> cancel(stage));
        }
        stage.whenComplete((value, failure) -> {
            // Giving back never fails.
            lock.closed().thenAccept(held -> {
                boolean lost = !held && policy != LossPolicy.KEEP_RESULT;
                if (failure == null && !lost) {
                    result.complete(value);
                } else if (failure == null || (lost && policy == LossPolicy.INTERRUPT)) {
                    result.completeExceptionally(LockedWork.lost(lock, failure));
                } else {
                    result.completeExceptionally(LockFuture.unwrapped(failure));
                }
            });
        });
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

    /**
     * Takes a lock with {@linkplain LockOptions#defaults() default options}. As {@link #acquire(String, LockOptions)}.
     */
    @CheckReturnValue
    public CompletableFuture<AsyncHeldLock> acquire(String key) {
        return acquire(key, LockOptions.defaults());
    }

    /**
     * Takes a lock, waiting while somebody else has it, with the pauses of {@link SyncGuard#acquire(String, LockOptions)},
     * which are entries of a timer and not threads.
     *
     * @return a future of the lock, to be released. It fails with {@code INVALID_ARGUMENT} before anything happens;
     *     {@code ACQUISITION_TIMEOUT} if the lock stayed taken for the timeout or over all retries; {@code ABORTED} when
     *     the guard is closed; others if the system failed. No lock is held after a failure: one that may have been
     *     granted is given back in the background (ACQ-4)
     */
    @CheckReturnValue
    public CompletableFuture<AsyncHeldLock> acquire(String key, LockOptions options) {
        Objects.requireNonNull(options, "options");
        return checked(key, checked -> AsyncAcquisition.waiting(context, checked, options));
    }

    /**
     * Tries once to take a lock and does not wait.
     *
     * @param ttl how long the lock lives unless extended: whole milliseconds from 1 ms to 365 days
     * @return a future of the lock, empty if somebody else has it. It fails as that of
     *     {@link #acquire(String, LockOptions)}, save {@code ACQUISITION_TIMEOUT}
     */
    @CheckReturnValue
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, Duration ttl) {
        return checked(
                key,
                checked -> AsyncAcquisition.once(
                        context, checked, LockOptions.defaults().withTtl(ttl)));
    }

    /**
     * Tries once to take a lock and does not wait, whatever the options' timeout and retries.
     *
     * @return a future of the lock, empty if somebody else has it. It fails as that of
     *     {@link #acquire(String, LockOptions)}, save {@code ACQUISITION_TIMEOUT}
     */
    @CheckReturnValue
    public CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, LockOptions options) {
        Objects.requireNonNull(options, "options");
        return checked(key, checked -> AsyncAcquisition.once(context, checked, options));
    }

    /** Returns a future of what {@link SyncGuard#isLocked} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Boolean> isLocked(String key) {
        return checked(key, backend::isLocked);
    }

    /** Returns a future of what {@link SyncGuard#lookup(String)} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Optional<LockInfo>> lookup(String key) {
        return checked(key, checked -> withoutRawValues(backend.lookup(checked), checked::fingerprint));
    }

    /** Returns a future of what {@link SyncGuard#lookup(LockId)} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Optional<LockInfo>> lookup(LockId id) {
        return withoutRawValues(lookupRaw(id), id::fingerprint);
    }

    private static CompletableFuture<Optional<LockInfo>> withoutRawValues(
            CompletableFuture<Optional<LockRecord>> raw, Supplier<String> fingerprint) {
        return LockFuture.of(LockOperation.LOOKUP, fingerprint, raw, found -> found.map(LockRecord::info));
    }

    /** Returns a future of what {@link SyncGuard#lookupRaw(String)} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Optional<LockRecord>> lookupRaw(String key) {
        return checked(key, backend::lookup);
    }

    /** Returns a future of what {@link SyncGuard#lookupRaw(LockId)} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Optional<LockRecord>> lookupRaw(LockId id) {
        return backend.lookup(id);
    }

    /** Returns a future of what {@link SyncGuard#owns} answers; it fails as that does. */
    @CheckReturnValue
    public CompletableFuture<Boolean> owns(LockId id) {
        return LockFuture.of(LockOperation.LOOKUP, id::fingerprint, lookupRaw(id), Optional::isPresent);
    }
}
