package io.syncguard.spi;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The future of a call whose answer a listener hears before anybody who waits for it. Cancelling it cancels the call. */
final class HeardCall<T> extends CompletableFuture<T> {
    private final CompletableFuture<T> call;

    private HeardCall(CompletableFuture<T> call) {
        this.call = call;
    }

    /**
     * Returns a future that completes as the call does.
     *
     * @param listener hears an answer, and no failure. Throws nothing
     */
    static <T> CompletableFuture<T> of(CompletableFuture<T> call, Consumer<? super T> listener) {
        if (call.isDone()) {
            if (!call.isCompletedExceptionally()) {
                listener.accept(call.join());
            }
            return call;
        }
        HeardCall<T> heard = new HeardCall<>(call);
        // Dependents of one future run in any order, so those of the caller depend on another.
        var unused = call.whenComplete((answer, failure) -> {
            if (failure == null) {
                listener.accept(answer);
                heard.complete(answer);
            } else {
                heard.completeExceptionally(failure);
            }
        });
        return heard;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        call.cancel(mayInterruptIfRunning);
        return isCancelled();
    }
}
