package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.common.util.concurrent.MoreExecutors;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way through one or more requests, and the future of its answer. Ending it early ends the request
 * that is under way, and there is no further one.
 */
final class FirestoreCall<T> extends CompletableFuture<T> {
    private final LockOperation operation;
    private final Supplier<String> lock;
    private final FirestoreThreads threads;
    private final Executor dependents;
    private final CallDeadlines deadlines;
    private final long startedNanos = System.nanoTime();

    /** Users hold this future, so its own monitor is theirs. */
    private final Object monitor = new Object();

    private @Nullable Future<?> timeout;
    private @Nullable Future<?> underWay;
    private @Nullable Throwable lastFailure;
    private long unreachableNanos;
    private int writes;
    private boolean writing;
    private boolean ended;

    /**
     * @param deadlines say when it ends; are told of Firestore's answers
     * @param threads limit the call's time and run its later steps
     * @param dependents runs whatever depends on the answer, except where a caller's own thread ends the call
     */
    FirestoreCall(
            LockOperation operation,
            Supplier<String> lock,
            CallDeadlines deadlines,
            FirestoreThreads threads,
            Executor dependents) {
        this.operation = operation;
        this.lock = lock;
        this.threads = threads;
        this.dependents = dependents;
        this.deadlines = deadlines;
    }

    LockOperation operation() {
        return operation;
    }

    Supplier<String> lock() {
        return lock;
    }

    FirestoreThreads threads() {
        return threads;
    }

    /** Has the call end when its time is over. */
    void endInTime() {
        long nanos = untilNextLookNanos();
        if (nanos <= 0) {
            timeOut();
            return;
        }
        Future<?> scheduled = threads.atTimeout(nanos, this::endInTime);
        synchronized (monitor) {
            timeout = scheduled;
            if (ended) {
                stopTimeout();
            }
        }
    }

    /** Nobody waits for a first connection longer than for an answer when Firestore was found to be away. */
    private long untilNextLookNanos() {
        long nanos = deadlines.untilNextLookNanos(startedNanos);
        synchronized (monitor) {
            return lastFailure == null || deadlines.isConnected()
                    ? nanos
                    : Math.min(nanos, unreachableNanos + deadlines.operationNanos() - System.nanoTime());
        }
    }

    private void stopTimeout() {
        Future<?> scheduled = timeout;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    /** Remembers why a request is made again, for the day there is no time left. */
    void failedForNow(Throwable thrown) {
        synchronized (monitor) {
            if (lastFailure == null) {
                unreachableNanos = System.nanoTime();
            }
            lastFailure = thrown;
        }
    }

    private void timeOut() {
        String limit = deadlines.openingTimeoutInWords();
        Throwable known;
        synchronized (monitor) {
            known = lastFailure;
        }
        boolean unknown = endRequests();
        LockException failure = known == null
                ? FirestoreFailures.of(
                        LockErrorCode.NETWORK_TIMEOUT,
                        unknown,
                        operation,
                        lock,
                        "Firestore did not answer within " + limit
                                + "; see whether it is reachable from here, or raise the timeout",
                        null)
                : FirestoreFailures.of(known, unknown, operation, lock);
        dependents.execute(() -> endEarly(failure));
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
        synchronized (monitor) {
            if (ended) {
                return new CompletableFuture<>();
            }
            if (writes) {
                writing = true;
                this.writes++;
            }
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
                        if (FirestoreFailures.isAnswer(thrown)) {
                            deadlines.connected();
                        }
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onSuccess(A value) {
                        deadlines.connected();
                        answer.complete(value);
                    }
                },
                // Firestore's own threads: the next step of the operation does not block, and users' stages run
                // elsewhere.
                MoreExecutors.directExecutor());
        return answer;
    }

    /** Called when a look has shown that what was written before did not take effect, and will not. */
    void nothingWritten() {
        synchronized (monitor) {
            writing = false;
        }
    }

    /** Called when the last write was refused, which says nothing of earlier ones. */
    void writeRefused() {
        synchronized (monitor) {
            if (writes == 1) {
                writing = false;
            }
        }
    }

    void succeed(T answer) {
        endRequests();
        dependents.execute(() -> complete(answer));
    }

    void fail(Throwable thrown) {
        if (!isDone()) {
            boolean unknown = endRequests();
            LockException failure = FirestoreFailures.of(thrown, unknown, operation, lock);
            dependents.execute(() -> completeExceptionally(failure));
        }
    }

    /** Ends the call because its backend is closed. */
    void abort() {
        if (!isDone()) {
            boolean unknown = endRequests();
            endEarly(BackendClosed.duringCall(unknown, operation, lock.get(), null));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            endEarly(LockException.cancelled(operation, lock.get(), endRequests()));
        }
        return isCancelled();
    }

    /** Lets no further request begin, and returns whether one may have written. */
    private boolean endRequests() {
        synchronized (monitor) {
            ended = true;
            stopTimeout();
            return writing;
        }
    }

    private void endEarly(Throwable failure) {
        completeExceptionally(failure);
        // Once the call is complete: the end of the request would fail it otherwise.
        Future<?> last;
        synchronized (monitor) {
            last = underWay;
        }
        if (last != null) {
            last.cancel(true);
        }
    }
}
