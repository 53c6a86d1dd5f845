package io.syncguard;

import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A lock somebody holds, taken through {@link AsyncGuard}; none of its methods blocks. Thread-safe and not bound to a
 * thread: whoever has the handle may extend and release. {@link LockHandle} says what it knows about itself.
 *
 * <p>Extensions and releases take effect in the order they were asked for: each is sent when the one before is answered,
 * so that no extension follows a release. Cancelling a future ends its call at once; whether it took effect is then
 * unknown, and it may be repeated.
 */
public final class AsyncHeldLock extends LockHandle {
    private final AsyncLockBackend backend;

    /** The last extension or release that was asked for. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    AsyncHeldLock(
            GuardContext context,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            Duration minHold,
            long startedNanos) {
        super(context, key, id, acquired, ttl, minHold, startedNanos);
        this.backend = context.backend().async();
    }

    /**
     * Sets the lock's remaining life to a ttl, counted from now: it replaces what is left and never adds (EXT-1). A
     * heartbeat goes on with this ttl.
     *
     * @param ttl whole milliseconds from 1 ms to 365 days
     * @return a future of true if the lock lives on, and of false if it was over already, in which case it stays so:
     *     somebody else may hold it. It fails with a {@link LockException}: {@code INVALID_ARGUMENT} before anything
     *     happens; any other code if the outcome is unknown or nothing happened, in which case {@link #isHeld()} goes on
     *     counting from the last known success, or from the failed call where that is earlier, and the call may be
     *     repeated
     */
    @CheckReturnValue
    public CompletableFuture<Boolean> extend(Duration ttl) {
        Ttl checked;
        try {
            checked = Ttl.of(ttl);
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
        return afterLast(LockOperation.EXTEND, result -> extendNow(checked, result));
    }

    private void extendNow(Ttl ttl, LockFuture<Boolean> result) {
        if (isOver()) {
            result.complete(false);
            return;
        }
        Lease basis = lease();
        long startedNanos = System.nanoTime();
        var call = backend.extend(id(), ttl);
        result.follows(call);
        call.whenComplete((answer, failure) -> {
            if (failure != null) {
                if (LockException.within(failure)
                        .map(LockException::isOutcomeUnknown)
                        .orElse(true)) {
                    maybeExtended(ttl, startedNanos);
                }
                result.completeExceptionally(LockFuture.unwrapped(failure));
            } else if (answer instanceof Extended extended) {
                extended(basis, new Lease(extended.expiresAt(), ttl, startedNanos));
                result.complete(!isLost());
            } else {
                foundGone();
                result.complete(false);
            }
        });
    }

    /**
     * Gives the lock back. Renewing ends before, and is not taken up again if the release fails. A lock with a
     * {@linkplain LockOptions#withMinHold minimum hold} is left to expire at its end.
     *
     * @return a future of true if this call gave it back, and of false if it had been given back before or had expired
     *     (REL-2). It fails with a {@link LockException} if the system failed; the call may be repeated
     */
    public CompletableFuture<Boolean> release() {
        return afterLast(LockOperation.RELEASE, this::releaseNow);
    }

    private void releaseNow(LockFuture<Boolean> result) {
        if (isFinished()) {
            result.complete(false);
            return;
        }
        stopWatching();
        Ttl rest = ttlToLeave();
        if (rest == null) {
            finish(result, backend.release(id()), answer -> answer == ReleaseResult.RELEASED);
        } else {
            finish(result, backend.extend(id(), rest), answer -> answer instanceof Extended);
        }
    }

    private <A> void finish(LockFuture<Boolean> result, CompletableFuture<A> call, Predicate<A> given) {
        result.follows(call);
        call.whenComplete((answer, failure) -> {
            if (failure == null) {
                markReleased(given.test(answer));
                result.complete(given.test(answer));
            } else {
                result.completeExceptionally(LockFuture.unwrapped(failure));
            }
        });
    }

    /**
     * Gives the lock back if that has not happened yet.
     *
     * @return a future that is complete when that is done and never fails: a failure is told to the
     *     {@link LockListener}, which logs it once without raw key or id, and the release is repeated in the background
     *     until the lock's ttl is over
     */
    public CompletableFuture<Void> close() {
        return closed().thenAccept(held -> {});
    }

    /**
     * Closes, and tells whether the lock was held to the end: nobody else can have been given it before this call, or
     * before an earlier one that gave it back. Never fails.
     */
    CompletableFuture<Boolean> closed() {
        return afterLast(LockOperation.RELEASE, this::closeNow);
    }

    private void closeNow(LockFuture<Boolean> held) {
        if (isFinished()) {
            held.complete(!isLost());
            return;
        }
        boolean lost = isLost();
        LockFuture<Boolean> release = new LockFuture<>(LockOperation.RELEASE, key::fingerprint);
        release.whenComplete((given, failure) -> {
            if (failure != null) {
                boolean heldSoFar = isHeld();
                context.tell(to -> to.closeFailed(keyFingerprint(), failure));
                settle();
                held.complete(heldSoFar);
            } else {
                if (!given && !lost) {
                    context.tell(to -> to.closedTooLate(keyFingerprint()));
                }
                held.complete(given && !lost);
            }
        });
        releaseNow(release);
    }

    /** Takes a step once the one before it is done. */
    private LockFuture<Boolean> afterLast(LockOperation operation, Consumer<LockFuture<Boolean>> step) {
        LockFuture<Boolean> result = new LockFuture<>(operation, key::fingerprint);
        CompletableFuture<?> before;
        synchronized (this) {
            before = last;
            last = result;
        }
        if (before.isDone()) {
            step.accept(result);
        } else {
            before.whenComplete((done, failure) -> {
                if (!result.isDone()) {
                    step.accept(result);
                }
            });
        }
        return result;
    }
}
