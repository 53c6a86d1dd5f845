package io.syncguard.internal.lease;

import io.syncguard.AsyncHeldLock;
import io.syncguard.LockException;
import io.syncguard.Ttl;
import io.syncguard.internal.threads.GuardThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A held lock whose methods return futures. */
public final class FutureHeldLock extends LeaseHandle implements AsyncHeldLock {
    public FutureHeldLock(HeldLease held) {
        super(held);
    }

    @Override
    GuardThreads completesOn() {
        return held.services().threads();
    }

    @Override
    String kind() {
        return "AsyncHeldLock";
    }

    @Override
    public CompletableFuture<Boolean> extend(Duration ttl) {
        Ttl checked;
        try {
            checked = checked(ttl);
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
        return extendLater(checked);
    }

    @Override
    public CompletableFuture<Boolean> release() {
        return releaseLater(outcome -> outcome == ReleaseOutcome.RELEASED, null);
    }

    @Override
    public CompletableFuture<Void> close() {
        return closeAndTell().thenAccept(held -> {});
    }

    /**
     * Closes the lock, and returns a future of whether it was held to the end: no other holder can have been granted it before
     * this call, or before an earlier one that released it. The future never fails.
     */
    public CompletableFuture<Boolean> closeAndTell() {
        return releaseLater(this::closed, held::closeFailed);
    }
}
