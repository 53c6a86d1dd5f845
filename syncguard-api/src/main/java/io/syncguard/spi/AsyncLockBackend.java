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
 * <p>No method blocks, and none throws. Every failure completes the future with a {@link LockException}, also that of an invalid
 * argument (OPT-4). A future completes within the backend's operation timeout (OPT-2). It completes on the caller's thread or on one
 * of the backend's, which may deliver other replies too; dependent stages must not block it.
 *
 * <p>Cancelling a future ends its call at once, as {@link LockException#cancelled} says (OPT-1). A request that was not sent yet
 * never is. One that was sent may take effect; the caller that cancels an acquire {@linkplain #abandon abandons} it. Interrupts have
 * no effect on asynchronous calls. Closing the backend ends calls in flight with {@code ABORTED}, and so all later ones (OPT-3).
 *
 * <p>A backend that blocks gets this view from {@link ExecutorAsyncBackend}. A natively asynchronous one implements {@link
 * NativeAsyncBackend}.
 */
public interface AsyncLockBackend {
    /** The most extensions that one call of {@link #extendAll} gets. */
    int MOST_EXTENSIONS = 100;

    /**
     * As {@link LockBackend#ping}.
     *
     * @return a future that completes when the server has answered. Its value has no meaning
     */
    @CheckReturnValue
    default CompletableFuture<?> ping() {
        return isLocked(LockBackend.PING_KEY);
    }

    /**
     * Returns whether the calling thread may wait for an answer. False on a thread that has to read the answer itself: a blocking call
     * on it is then {@code ABORTED} and sends nothing, and a guard that is closed on it closes on another thread (OPT-5). True by
     * default. Does not block.
     */
    @CheckReturnValue
    default boolean mayBlock() {
        return true;
    }

    /** As {@link LockBackend#acquire}. */
    @CheckReturnValue
    CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl);

    /** As {@link LockBackend#release}. */
    CompletableFuture<ReleaseResult> release(LockId id);

    /** As {@link LockBackend#extend}. */
    @CheckReturnValue
    CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl);

    /**
     * Extends several locks, each as {@link #extend} does; by default one by one. Heartbeats use this method (HLD-5), so a backend may
     * send them as one request. The extensions do not depend on each other: one that fails or is cancelled changes no other, and a failure
     * of them all is that of each lock ({@link LockException#concerning}). One that
     * would bring the end of its lock nearer may leave it as it is, and answers that end: a beat that arrives late takes nothing away.
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
        return ReleaseToAbandon.of(release(id));
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
