package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view of a {@link LockBackend}: the same operations on the same locks, answered by futures.
 * Implementations are thread-safe.
 *
 * <p>No method blocks and none throws: every failure completes the future with a {@link LockException}, bad arguments
 * included (OPT-4). A future completes within the backend's operation timeout (OPT-2), on a thread of the backend's that
 * delivers other replies too, or on the caller's; what depends on it must not block that thread.
 *
 * <p>Cancelling a future ends its call at once, as {@link LockException#cancelled} says (OPT-1): a request that was not
 * sent yet never is; one that was may take effect, and an acquire is then {@linkplain #abandon abandoned} by whoever
 * cancelled it. Interrupts mean nothing here. When the backend is closed, calls in flight end with {@code ABORTED}, as do
 * all later ones (OPT-3).
 *
 * <p>A backend that only blocks gets this view from {@link ExecutorAsyncBackend}; one that is asynchronous by nature
 * blocks by {@link #await}.
 */
public interface AsyncLockBackend {
    /** The most locks that {@link #extendAll} is asked to extend at once. */
    int MOST_EXTENSIONS = 100;

    /** As {@link LockBackend#acquire}. */
    @CheckReturnValue
    CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl);

    /** As {@link LockBackend#release}. */
    CompletableFuture<ReleaseResult> release(LockId id);

    /** As {@link LockBackend#extend}. */
    @CheckReturnValue
    CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl);

    /**
     * Extends several locks, each as {@link #extend} does; by default one by one. For a backend that renews many at less
     * cost together: heartbeats come here (HLD-5). None waits for another's, and one that fails, or whose future is cancelled,
     * says nothing about the others.
     *
     * @param extensions at least one and no more than {@value #MOST_EXTENSIONS}, each of another lock
     * @return a future for each, in the same order
     */
    @CheckReturnValue
    default List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        return extensions.stream().map(each -> extend(each.id(), each.ttl())).toList();
    }

    /** As {@link LockBackend#abandon}; by default a release. */
    @CheckReturnValue
    default CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return release(id).thenAccept(released -> {});
    }

    /** As {@link LockBackend#isLocked}. */
    @CheckReturnValue
    CompletableFuture<Boolean> isLocked(LockKey key);

    /** As {@link LockBackend#lookup(LockKey)}. */
    @CheckReturnValue
    CompletableFuture<Optional<LockRecord>> lookup(LockKey key);

    /** As {@link LockBackend#lookup(LockId)}. */
    @CheckReturnValue
    CompletableFuture<Optional<LockRecord>> lookup(LockId id);

    /**
     * Makes an asynchronous call and waits for its answer. The blocking methods of a natively asynchronous backend are made
     * of this.
     *
     * @param call starts the call and returns its future. It is not run if the calling thread is interrupted
     * @param operation the operation, as failures name it
     * @throws LockException the failure of the call; {@code ABORTED} on an interrupt. Any other failure arrives as {@code
     *     INTERNAL} of unknown outcome and is the cause. See {@link #await(Supplier, LockOperation, Supplier)}
     */
    static <T extends @Nullable Object> T await(Supplier<CompletableFuture<T>> call, LockOperation operation) {
        return await(call, operation, () -> null);
    }

    /**
     * Makes an asynchronous call and waits for its answer.
     *
     * <p>An interrupt ends the call (OPT-1), and the interrupt flag is set afterwards. A thread that is interrupted already
     * sends nothing, so the outcome is known. An interrupt during the wait cancels the future.
     *
     * @param call starts the call and returns its future. It is not run if the calling thread is interrupted
     * @param operation the operation, as failures name it
     * @param fingerprint answers the fingerprint that failures name (ERR-1), or null where no one lock is concerned. Asked
     *     only for a failure that is no {@code LockException} yet
     * @throws LockException the failure of the call; {@code ABORTED} on an interrupt. Any other failure arrives as {@code
     *     INTERNAL} of unknown outcome and is the cause
     */
    static <T extends @Nullable Object> T await(
            Supplier<CompletableFuture<T>> call,
            LockOperation operation,
            Supplier<? extends @Nullable String> fingerprint) {
        return AwaitedCall.answer(call, operation, fingerprint);
    }
}
