package io.syncguard.spring;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.HeldLock;
import io.syncguard.LockedFunction;
import io.syncguard.SyncGuard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Acquires the locks of a call one inside the other, on the calling thread, and runs the method inside of all. */
final class BlockingCall {
    private final LockedCall call;
    private final boolean waitsForFuture;

    /** What the method returned, which may be null. */
    private record Returned(@Nullable Object result) {}

    /**
     * @param waitsForFuture whether the work goes on until the future that the method returns is complete
     */
    BlockingCall(LockedCall call, boolean waitsForFuture) {
        this.call = call;
        this.waitsForFuture = waitsForFuture;
    }

    /** Returns what the method returned, or what a skipped call returns. */
    @Nullable
    Object run() throws Throwable {
        try {
            return from(0).result();
        } catch (KeyTakenException taken) {
            Object skipped = call.skipped();
            return waitsForFuture && !(skipped instanceof Future)
                    ? CompletableFuture.completedFuture(skipped)
                    : skipped;
        }
    }

    private Returned from(int position) throws Throwable {
        if (position == call.locks()) {
            return new Returned(proceed());
        }
        LockRequest request = call.request(position);
        LockedFunction<Returned, Throwable> inner = (HeldLock lock) -> {
            call.acquired(lock);
            return from(position + 1);
        };
        String key = request.key().value();
        SyncGuard guard = request.guard();
        if (call.triesOnce()) {
            Optional<Returned> returned = guard.tryCall(key, call.options(request), inner);
            return GuardAnswer.required(returned, guard, "tryCall(String, LockOptions, LockedFunction)")
                    .orElseThrow(KeyTakenException::new);
        }
        try {
            Returned returned = guard.call(key, call.options(request), inner);
            return GuardAnswer.required(returned, guard, "call(String, LockOptions, LockedFunction)");
        } catch (AcquisitionTimeoutException e) {
            if (call.isSkippedIfTaken() && call.acquired() == position) {
                throw new KeyTakenException();
            }
            throw e;
        }
    }

    private @Nullable Object proceed() throws Throwable {
        Object result = call.proceed();
        call.requireEnded(result);
        if (!waitsForFuture || !(result instanceof Future<?> future)) {
            return result;
        }
        try {
            return CompletableFuture.completedFuture(future.get());
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }
}
