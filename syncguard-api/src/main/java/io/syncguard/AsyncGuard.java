package io.syncguard;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view of a {@link SyncGuard}, from {@link SyncGuard#async()}: the same locks without a blocked thread.
 * Thread-safe; lives and ends with its guard.
 *
 * <pre>{@code
 * CompletableFuture<Receipt> receipt =
 *         guard.async().call("account:42", lock -> ledger.chargeLater(42, lock.fence()));
 * }</pre>
 *
 * <p>No method blocks, and none throws. Every failure, of a null argument too, completes the future with a {@link LockException},
 * which {@link LockException#within} finds in what a dependent stage receives (OPT-4).
 *
 * <p>Cancelling a future, or completing it from outside as {@code orTimeout} does, ends the call immediately. A cancelled
 * future fails as {@link LockException#cancelled} says. A lock that is granted all the same is released (OPT-1, ACQ-4).
 *
 * <p>A future that the server's answer completes does so on the thread that reads answers; its dependent stages must not block
 * that thread. Every other future completes on a thread of the guard's. {@link GuardOptions#withExecutor} completes all futures
 * on an executor of the application's.
 */
public interface AsyncGuard {

    /**
     * Runs work under a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #run(String, LockOptions, Supplier)}.
     */
    default CompletableFuture<Void> run(String key, Supplier<? extends CompletionStage<?>> work) {
        return run(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, which it does not receive. Work that needs the lock, or its fencing token, goes to
     * {@link #call(String, LockOptions, AsyncLockedFunction) call}. Otherwise the same as that method.
     */
    CompletableFuture<Void> run(String key, LockOptions options, Supplier<? extends CompletionStage<?>> work);

    /**
     * Runs work under a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #call(String, LockOptions, AsyncLockedFunction)}.
     */
    default <R extends @Nullable Object> CompletableFuture<R> call(String key, AsyncLockedFunction<R> work) {
        return call(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock and releases the lock once the stage that the work returned is complete, however it ends. The work
     * receives the lock, and with it the fencing token.
     *
     * <p>Without a {@linkplain LockOptions#withHeartbeat heartbeat} the lock is not renewed during the work: choose a ttl that
     * outlasts it. If the lock is lost during the work, the {@link LossPolicy} of the options decides; by default the future
     * fails with {@code LOCK_LOST} once the work's stage is complete. A failed release of a lock that was held to the end does
     * not hide the outcome of the work; see {@link AsyncHeldLock#close()}.
     *
     * <p>Cancelling the result while it waits for the lock ends the wait, and the work does not begin. Cancelling it later does
     * not stop the work, which no future can, and the lock is kept until the work's stage is complete. To end the work and
     * release the lock, complete or cancel that stage.
     *
     * @return a future of the work's result, complete after the lock was released. It fails as the work did; as
     *     {@link #acquire(String, LockOptions)} does if there was no lock, in which case the work did not begin; or with
     *     {@code INVALID_ARGUMENT} before anything happens
     */
    <R extends @Nullable Object> CompletableFuture<R> call(
            String key, LockOptions options, AsyncLockedFunction<R> work);

    /**
     * Runs work under a lock unless another holder has it, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #tryRun(String, LockOptions, Supplier)}.
     */
    default CompletableFuture<Boolean> tryRun(String key, Supplier<? extends CompletionStage<?>> work) {
        return tryRun(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, and skips it if another holder has the lock: makes one attempt and does not wait. Otherwise the same as
     * {@link #run(String, LockOptions, Supplier)}. Work that needs the lock, or its fencing token, goes to
     * {@link #tryCall(String, LockOptions, AsyncLockedFunction) tryCall}.
     *
     * @return a future of true if the work ran, and of false if another holder has the lock. It fails as that of {@code call},
     *     except with {@code ACQUISITION_TIMEOUT}, and with {@code INVALID_ARGUMENT} also for a timeout or a number of retries
     */
    CompletableFuture<Boolean> tryRun(String key, LockOptions options, Supplier<? extends CompletionStage<?>> work);

    /**
     * Returns a future of the result of work done under a lock, unless another holder has it, with {@linkplain LockOptions#defaults()
     * default options}. See {@link #tryCall(String, LockOptions, AsyncLockedFunction)}.
     */
    default <R> CompletableFuture<Optional<R>> tryCall(String key, AsyncLockedFunction<R> work) {
        return tryCall(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, which it receives, and skips it if another holder has the lock. Otherwise the same as
     * {@link #tryRun(String, LockOptions, Supplier)}.
     *
     * @return a future of the result; empty if another holder has the lock. Work whose result is null looks the same: let it return
     *     a value that is not null
     */
    <R> CompletableFuture<Optional<R>> tryCall(String key, LockOptions options, AsyncLockedFunction<R> work);

    /**
     * Acquires a lock with {@linkplain LockOptions#defaults() default options}. See {@link #acquire(String, LockOptions)}.
     */
    @CheckReturnValue
    default CompletableFuture<AsyncHeldLock> acquire(String key) {
        return acquire(key, LockOptions.defaults());
    }

    /**
     * Acquires a lock and waits while another holder has it, as {@link SyncGuard#acquire(String, LockOptions)} does. A wait
     * occupies no thread.
     *
     * @return a future of the lock, which the caller releases. It fails with {@code INVALID_ARGUMENT} before anything
     *     happens, also for a loss policy, which this call would ignore; {@code ACQUISITION_TIMEOUT} if the lock stayed taken
     *     for the timeout or over all retries; {@code ABORTED} when the guard is closed; another code if the system failed. No lock is held after a failure: a
     *     lock that may have been granted is released in the background (ACQ-4)
     */
    @CheckReturnValue
    CompletableFuture<AsyncHeldLock> acquire(String key, LockOptions options);

    /**
     * Tries once to acquire a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #tryAcquire(String, LockOptions)}.
     */
    @CheckReturnValue
    default CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key) {
        return tryAcquire(key, LockOptions.defaults());
    }

    /**
     * Tries once to acquire a lock. Does not wait for another holder.
     *
     * @return a future of the lock, empty if another holder has it. It fails as that of
     *     {@link #acquire(String, LockOptions)}, except with {@code ACQUISITION_TIMEOUT}, and with {@code INVALID_ARGUMENT} also for
     *     a timeout, a number of retries or a loss policy, which this call would ignore
     */
    @CheckReturnValue
    CompletableFuture<Optional<AsyncHeldLock>> tryAcquire(String key, LockOptions options);

    /** Returns a future of what {@link SyncGuard#isLocked} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Boolean> isLocked(String key);

    /** Returns a future of what {@link SyncGuard#lookup(String)} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Optional<LockInfo>> lookup(String key);

    /** Returns a future of what {@link SyncGuard#lookup(LockId)} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Optional<LockInfo>> lookup(LockId id);

    /** Returns a future of what {@link SyncGuard#lookupRaw(String)} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Optional<LockRecord>> lookupRaw(String key);

    /** Returns a future of what {@link SyncGuard#lookupRaw(LockId)} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Optional<LockRecord>> lookupRaw(LockId id);

    /** Returns a future of what {@link SyncGuard#owns} returns. It fails as that method does. */
    @CheckReturnValue
    CompletableFuture<Boolean> owns(LockId id);

    /** Returns a future of what {@link SyncGuard#ping} returns. It fails as that method does. */
    CompletableFuture<Duration> ping();
}
