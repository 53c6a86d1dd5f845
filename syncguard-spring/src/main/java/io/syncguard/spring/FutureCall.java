package io.syncguard.spring;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.AsyncHeldLock;
import io.syncguard.AsyncLockedFunction;
import io.syncguard.LockException;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Acquires the locks of a call one inside the other, without blocking, and runs the method inside of all. */
final class FutureCall {
    private final LockedCall call;

    /** The futures of the locks, the innermost first. */
    private final Deque<CompletableFuture<?>> acquiring = new ConcurrentLinkedDeque<>();

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** What the method returned. */
    private volatile @Nullable CompletionStage<?> work;

    private enum State {
        WAITING,
        WORKING,
        GIVEN_UP
    }

    /** What the method's future has, which may be null. */
    private record Returned(@Nullable Object result) {}

    FutureCall(LockedCall call) {
        this.call = call;
    }

    /** Returns a future of what the method's future has, or of what a skipped call has. Complete after the locks were released. */
    CompletableFuture<@Nullable Object> start() {
        CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        result.whenComplete((value, failure) -> giveUp());
        from(0).whenComplete((returned, failure) -> {
            Throwable thrown = failure == null ? null : unwrapped(failure);
            if (thrown == null) {
                complete(result, returned.result());
            } else if (thrown instanceof KeyTakenException) {
                completeSkipped(result);
            } else {
                result.completeExceptionally(thrown);
            }
        });
        return result;
    }

    @SuppressWarnings("NullAway") // A result may be null.
    private static void complete(CompletableFuture<@Nullable Object> future, @Nullable Object result) {
        future.complete(result);
    }

    private void completeSkipped(CompletableFuture<@Nullable Object> result) {
        try {
            Object skipped = call.skipped();
            if (skipped instanceof CompletionStage<?> stage) {
                stage.whenComplete((value, failure) -> {
                    if (failure == null) {
                        complete(result, value);
                    } else {
                        result.completeExceptionally(unwrapped(failure));
                    }
                });
            } else {
                complete(result, skipped);
            }
        } catch (LockException e) {
            result.completeExceptionally(e);
        }
    }

    /** Ends the wait, if it goes on. Work that has begun goes on with its locks. */
    private void giveUp() {
        if (state.compareAndSet(State.WAITING, State.GIVEN_UP)) {
            acquiring.forEach(future -> future.cancel(true));
        }
    }

    private CompletableFuture<Returned> from(int position) {
        if (position == call.locks()) {
            return proceed();
        }
        LockRequest request = call.request(position);
        AsyncLockedFunction<Returned> inner = (AsyncHeldLock lock) -> {
            call.acquired(lock);
            return from(position + 1);
        };
        String key = request.key().value();
        if (call.triesOnce()) {
            CompletableFuture<Optional<Returned>> trying =
                    request.asyncGuard().tryCall(key, call.options(request), inner);
            track(trying);
            return interruptible(trying.thenApply(returned -> returned.orElseThrow(KeyTakenException::new)));
        }
        CompletableFuture<Returned> waiting = request.asyncGuard().call(key, call.options(request), inner);
        track(waiting);
        return interruptible(waiting.exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                unwrapped(failure) instanceof AcquisitionTimeoutException
                                && call.isSkippedIfTaken()
                                && call.acquired() == position
                        ? new KeyTakenException()
                        : failure)));
    }

    /** A guard cancels the future that a lock's work returned if a loss is to interrupt it. */
    private CompletableFuture<Returned> interruptible(CompletableFuture<Returned> ofWork) {
        ofWork.whenComplete((returned, failure) -> {
            if (ofWork.isCancelled() && work instanceof CompletableFuture<?> stage) {
                stage.cancel(true);
            }
        });
        return ofWork;
    }

    private void track(CompletableFuture<?> future) {
        acquiring.addFirst(future);
        if (state.get() == State.GIVEN_UP) {
            future.cancel(true);
        }
    }

    private CompletableFuture<Returned> proceed() {
        if (!state.compareAndSet(State.WAITING, State.WORKING)) {
            return CompletableFuture.failedFuture(new CancellationException("the call was cancelled while it waited"));
        }
        try {
            CompletionStage<?> stage = (CompletionStage<?>) call.proceed();
            if (stage == null) {
                throw new IllegalStateException("the locked method returned null in place of a future");
            }
            work = stage;
            return interruptible(stage.<Returned>thenApply(Returned::new).toCompletableFuture());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
