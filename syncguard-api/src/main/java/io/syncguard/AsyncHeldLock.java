package io.syncguard;

import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Ttl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A lock somebody holds, taken through {@link AsyncGuard}; none of its methods blocks. Thread-safe and not bound to a
 * thread: whoever has the handle may extend and release. {@link LockHandle} says what it knows about itself.
 *
 * <p>Extensions and releases take effect in the order they were asked for: each is sent when the one before is answered,
 * so that no extension follows a release. Cancelling a future ends its call at once; whether it took effect is then
 * unknown, and it may be repeated.
 */
public final class AsyncHeldLock extends LockHandle {
    private static final Logger LOGGER = System.getLogger(AsyncHeldLock.class.getName());

    private final AsyncLockBackend backend;
    private final Settler settler;

    /** The last extension or release that was asked for. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    AsyncHeldLock(
            AsyncLockBackend backend,
            Settler settler,
            LockKey key,
            LockId id,
            Acquired acquired,
            Ttl ttl,
            long startedNanos) {
        super(key, id, acquired, ttl, startedNanos);
        this.backend = backend;
        this.settler = settler;
    }

    /**
     * Sets the lock's remaining life to a ttl, counted from now: it replaces what is left and never adds (EXT-1).
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
        if (over) {
            result.complete(false);
            return;
        }
        long startedNanos = System.nanoTime();
        var call = backend.extend(id, ttl);
        result.follows(call);
        var unused = call.whenComplete((answer, failure) -> {
            if (failure != null) {
                if (LockException.within(failure)
                        .map(LockException::isOutcomeUnknown)
                        .orElse(true)) {
                    lease = lease.afterUnknown(ttl, startedNanos);
                }
                result.completeExceptionally(LockFuture.unwrapped(failure));
            } else if (answer instanceof Extended extended) {
                lease = new Lease(extended.expiresAt(), ttl, startedNanos);
                result.complete(true);
            } else {
                over = true;
                result.complete(false);
            }
        });
    }

    /**
     * Gives the lock back.
     *
     * @return a future of true if this call gave it back, and of false if it had been given back before or had expired
     *     (REL-2). It fails with a {@link LockException} if the system failed; the call may be repeated
     */
    public CompletableFuture<Boolean> release() {
        return afterLast(LockOperation.RELEASE, result -> releaseNow(result, false));
    }

    private void releaseNow(LockFuture<Boolean> result, boolean ifOver) {
        if (over) {
            result.complete(ifOver);
            return;
        }
        var call = backend.release(id);
        result.follows(call);
        var unused = call.whenComplete((answer, failure) -> {
            if (failure == null) {
                over = true;
                result.complete(answer == ReleaseResult.RELEASED);
            } else {
                result.completeExceptionally(LockFuture.unwrapped(failure));
            }
        });
    }

    /**
     * Gives the lock back if that has not happened yet.
     *
     * @return a future that is complete when that is done and never fails: a failure is logged once without raw key or
     *     id, and the release is repeated in the background until the lock's ttl is over
     */
    public CompletableFuture<Void> close() {
        return afterLast(LockOperation.RELEASE, result -> releaseNow(result, true))
                .handle((givenBack, failure) -> {
                    if (failure != null) {
                        LOGGER.log(
                                Level.WARNING,
                                () -> "lock " + key.fingerprint()
                                        + ": giving it back failed and goes on in the background",
                                failure);
                        Lease lastLease = lease;
                        over = true;
                        settler.settle(key, id, lastLease.ttl(), lastLease.startedNanos());
                    } else if (!givenBack) {
                        LOGGER.log(
                                Level.WARNING, "lock {0}: it had expired before it was given back", key.fingerprint());
                    }
                    return null;
                });
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
            var unused = before.whenComplete((done, failure) -> {
                if (!result.isDone()) {
                    step.accept(result);
                }
            });
        }
        return result;
    }
}
