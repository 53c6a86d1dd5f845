package io.syncguard;

import java.util.concurrent.CompletableFuture;

/** A call of a backend's that stays under way until a test answers it, or somebody cancels it. */
final class PendingCall<T> extends CompletableFuture<T> {
    private final LockOperation operation;
    private final boolean sent;
    private final boolean cancellable;

    private PendingCall(LockOperation operation, boolean sent, boolean cancellable) {
        this.operation = operation;
        this.sent = sent;
        this.cancellable = cancellable;
    }

    /** A call whose request is on its way. */
    static <T> PendingCall<T> sent(LockOperation operation) {
        return new PendingCall<>(operation, true, true);
    }

    /** A call whose request waits to be sent. */
    static <T> PendingCall<T> unsent(LockOperation operation) {
        return new PendingCall<>(operation, false, true);
    }

    /** A call whose answer is as good as there when somebody cancels it. */
    static <T> PendingCall<T> answeredAnyway(LockOperation operation) {
        return new PendingCall<>(operation, true, false);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!cancellable) {
            return false;
        }
        completeExceptionally(LockException.cancelled(operation, null, sent));
        return isCancelled();
    }
}
