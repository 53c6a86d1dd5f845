package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way through one or more requests, and the future of its answer. Ending it early ends the request
 * that is under way, and there is no further one.
 */
final class FirestoreCall<T> extends CompletableFuture<T> {
    private final LockOperation operation;
    private final Supplier<String> lock;
    private final CompletableFuture<Void> clock = new CompletableFuture<>();
    private @Nullable Future<?> underWay;
    private @Nullable Throwable lastFailure;
    private boolean writing;
    private boolean ended;

    FirestoreCall(LockOperation operation, Supplier<String> lock) {
        this.operation = operation;
        this.lock = lock;
    }

    LockOperation operation() {
        return operation;
    }

    Supplier<String> lock() {
        return lock;
    }

    /** Ends the call when its time is over. */
    void limitTo(Duration timeout) {
        var unused = clock.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((done, expired) -> {
            if (expired instanceof TimeoutException) {
                timeOut();
            }
        });
    }

    /** Remembers why a request is made again, for the day there is no time left. */
    synchronized void failedForNow(Throwable thrown) {
        lastFailure = thrown;
    }

    private void timeOut() {
        Throwable known;
        synchronized (this) {
            known = lastFailure;
        }
        if (known == null) {
            end("Firestore did not answer within the operation timeout", LockErrorCode.NETWORK_TIMEOUT);
        } else if (!isDone()) {
            completeExceptionally(FirestoreFailures.of(known, endRequests(), operation, lock));
            dropRequest();
        }
    }

    /** Makes a request that reads. */
    <A> CompletableFuture<A> read(Supplier<ApiFuture<A>> request) {
        return step(request, false);
    }

    /** Makes a request that writes: from here on the outcome is unknown until {@link #nothingWritten()}. */
    <A> CompletableFuture<A> write(Supplier<ApiFuture<A>> request) {
        return step(request, true);
    }

    private <A> CompletableFuture<A> step(Supplier<ApiFuture<A>> request, boolean writes) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        ApiFuture<A> started;
        synchronized (this) {
            if (ended) {
                return new CompletableFuture<>();
            }
            writing |= writes;
            try {
                started = request.get();
            } catch (RuntimeException e) {
                // A client that its owner has closed does not even begin.
                answer.completeExceptionally(e);
                return answer;
            }
            underWay = started;
        }
        ApiFutures.addCallback(
                started,
                new ApiFutureCallback<A>() {
                    @Override
                    public void onFailure(Throwable thrown) {
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onSuccess(A value) {
                        answer.complete(value);
                    }
                },
                // Not Firestore's own threads, which what depends on an answer could block.
                ForkJoinPool.commonPool());
        return answer;
    }

    /** Called when a look has shown that what was written before did not take effect, and will not. */
    synchronized void nothingWritten() {
        writing = false;
    }

    /** Returns whether a write of this call may have taken effect. */
    synchronized boolean mayHaveWritten() {
        return writing;
    }

    void succeed(T answer) {
        finish();
        complete(answer);
    }

    void fail(Throwable thrown) {
        if (!isDone()) {
            boolean unknown = mayHaveWritten();
            finish();
            completeExceptionally(FirestoreFailures.of(thrown, unknown, operation, lock));
        }
    }

    private void finish() {
        clock.complete(null);
        synchronized (this) {
            ended = true;
        }
    }

    private void end(String why, LockErrorCode code) {
        if (!isDone()) {
            boolean unknown = endRequests();
            completeExceptionally(FirestoreFailures.of(code, unknown, operation, lock, why, null));
            dropRequest();
        }
    }

    /** Ends the call because its backend is closed. */
    void abort() {
        end("the backend was closed during the call", LockErrorCode.ABORTED);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            completeExceptionally(LockException.cancelled(operation, lock.get(), endRequests()));
            dropRequest();
        }
        return isCancelled();
    }

    /** Lets no further request begin, and returns whether one may have written. */
    private boolean endRequests() {
        clock.complete(null);
        synchronized (this) {
            ended = true;
            return writing;
        }
    }

    /** Ends the request that is under way, once the call is complete, which it would fail otherwise. */
    private void dropRequest() {
        Future<?> last;
        synchronized (this) {
            last = underWay;
        }
        if (last != null) {
            last.cancel(true);
        }
    }
}
