package io.syncguard.spi;

import java.util.concurrent.CompletableFuture;

/** A release that abandons an acquire: ends as the release does, whose answer does not matter, and cancelling it cancels that. */
final class ReleaseToAbandon extends CompletableFuture<Void> {
    private final CompletableFuture<ReleaseResult> release;

    private ReleaseToAbandon(CompletableFuture<ReleaseResult> release) {
        this.release = release;
    }

    static CompletableFuture<Void> of(CompletableFuture<ReleaseResult> release) {
        ReleaseToAbandon abandoning = new ReleaseToAbandon(release);
        var unused = release.whenComplete((result, failure) -> {
            if (failure == null) {
                abandoning.complete(null);
            } else {
                abandoning.completeExceptionally(failure);
            }
        });
        return abandoning;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        release.cancel(mayInterruptIfRunning);
        return isCancelled();
    }
}
