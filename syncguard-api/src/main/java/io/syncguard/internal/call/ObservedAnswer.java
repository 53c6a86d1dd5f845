package io.syncguard.internal.call;

import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.internal.observe.RunningOperation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The answer to a request of which somebody is told before anything that depends on it. Thread-safe. */
final class ObservedAnswer<T extends @Nullable Object> extends CompletableFuture<T> {
    private final CompletableFuture<T> answer;

    private ObservedAnswer(CompletableFuture<T> answer) {
        this.answer = answer;
    }

    /** Returns an answer that is there once its end was told. */
    static <T extends @Nullable Object> ObservedAnswer<T> of(
            BackendCall<T> call, CompletableFuture<T> answer, RunningOperation running) {
        ObservedAnswer<T> observed = new ObservedAnswer<>(answer);
        answer.whenComplete((value, thrown) -> {
            LockException failure = BackendCaller.failure(call, value, thrown);
            running.ended(failure == null ? call.outcome(value) : Outcome.FAILED, failure, 1, null);
            if (thrown == null) {
                observed.complete(value);
            } else {
                observed.completeExceptionally(thrown);
            }
        });
        return observed;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        answer.cancel(mayInterruptIfRunning);
        return super.cancel(mayInterruptIfRunning);
    }
}
