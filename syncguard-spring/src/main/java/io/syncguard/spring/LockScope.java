package io.syncguard.spring;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.AsyncHeldLock;
import io.syncguard.AsyncLockedFunction;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One lock of one subscription, from the attempt to the release. To the guard, the subscription is asynchronous work under a lock, so
 * that it handles a loss as it does elsewhere. Thread-safe.
 */
final class LockScope {
    private static final Object DONE = new Object();

    private final CompletableFuture<AsyncHeldLock> granted = new CompletableFuture<>();

    /** What the work ends with. The guard cancels it if a loss is to interrupt the work. */
    private final CompletableFuture<Object> work = new CompletableFuture<>();

    /** Complete after the release. */
    private final CompletableFuture<?> whole;

    private final boolean skips;

    private LockScope(LockedCall call, LockRequest request) {
        this.skips = call.isSkippedIfTaken();
        AsyncLockedFunction<Object> inner = lock -> {
            if (!granted.complete(lock)) {
                // Nobody waits for it any more.
                work.complete(DONE);
            }
            return work;
        };
        String key = request.key().value();
        this.whole = call.triesOnce()
                ? request.asyncGuard().tryCall(key, call.options(request), inner)
                : request.asyncGuard().call(key, call.options(request), inner);
    }

    /** Begins to acquire a lock. */
    static LockScope of(LockedCall call, LockRequest request) {
        LockScope scope = new LockScope(call, request);
        scope.whole.whenComplete(scope::ended);
        return scope;
    }

    private void ended(@Nullable Object value, @Nullable Throwable failure) {
        if (value instanceof Optional<?> answer && answer.isEmpty()) {
            granted.completeExceptionally(new KeyTakenException());
        } else if (failure instanceof AcquisitionTimeoutException && skips) {
            granted.completeExceptionally(new KeyTakenException());
        } else if (failure != null) {
            granted.completeExceptionally(failure);
        }
    }

    /** Returns the lock once it is acquired. */
    Mono<AsyncHeldLock> lock() {
        return Mono.fromFuture(granted, true);
    }

    /** Returns a publisher that is cancelled when the lock is lost, and fails then. */
    Flux<Object> interruptible(Flux<Object> elements) {
        Mono<Object> interruption = Mono.create(sink -> work.whenComplete((result, failure) -> {
            if (work.isCancelled()) {
                sink.success();
            }
        }));
        // An error of the other publisher would not cancel the elements.
        return elements.takeUntilOther(interruption)
                .concatWith(Mono.defer(() -> work.isCancelled()
                        ? Mono.error(new CancellationException("the lock was lost"))
                        : Mono.empty()));
    }

    /**
     * Ends the work, and releases the lock.
     *
     * @return complete after the release. Fails if the work did not, and its lock was lost
     */
    Mono<Void> end(@Nullable Throwable failure) {
        if (failure == null) {
            work.complete(DONE);
            return Mono.fromFuture(whole, true).then();
        }
        work.completeExceptionally(failure);
        return Mono.fromFuture(whole, true).onErrorComplete().then();
    }

    /** Returns what a subscriber is told, in place of what it would be told. */
    Throwable outcome(Throwable failure) {
        Throwable told = unwrapped(failure);
        if (granted.isDone() && !granted.isCompletedExceptionally() && whole.isCompletedExceptionally()) {
            return unwrapped(whole.handle((value, thrown) -> thrown == null ? told : thrown)
                    .join());
        }
        return told;
    }

    /** Ends what goes on, if anything does: the wait, or the work. */
    void giveUp() {
        if (granted.completeExceptionally(new CancellationException("the subscription was cancelled"))) {
            whole.cancel(true);
        }
        work.complete(DONE);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
