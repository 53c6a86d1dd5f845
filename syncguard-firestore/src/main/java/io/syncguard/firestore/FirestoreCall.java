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
import java.util.Optional;
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
    private final Answers answers;
    private final CallDeadlines deadlines;
    private final long startedNanos = System.nanoTime();

    /** Users hold this future, so its own monitor is theirs. */
    private final Object monitor = new Object();

    private @Nullable Future<?> timeout;
    private @Nullable Future<?> underWay;
    private @Nullable Throwable lastFailure;
    private long unreachableNanos;
    private boolean outcomeUnknown;
    private boolean ended;

    /**
     * @param answers is told of Firestore's answers, and says when the call ends
     * @param threads limit the call's time and run its later steps
     * @param dependents runs whatever depends on the answer, except where a caller's own thread ends the call
     */
    FirestoreCall(
            LockOperation operation,
            Supplier<String> lock,
            Answers answers,
            FirestoreThreads threads,
            Executor dependents) {
        this.operation = operation;
        this.lock = lock;
        this.threads = threads;
        this.dependents = dependents;
        this.answers = answers;
        this.deadlines = answers.deadlines();
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

    /** Returns when the call started, by the monotonic clock. */
    long startedNanos() {
        return startedNanos;
    }

    /**
     * Begins the operation, and has the call end when its time is over.
     *
     * <p>Before Firestore has answered, the first request of a JVM takes a second or more to load the client's classes. So the caller's
     * thread does not make it.
     */
    void begin(Runnable operation) {
        endInTime();
        if (!answers.any()) {
            threads.run(() -> guarded(operation));
            return;
        }
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            guarded(operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has the call end when its time is over. */
    private void endInTime() {
        long nanos = untilNextLookNanos();
        if (nanos <= 0) {
            timeOut();
            return;
        }
        long half = answers.any() ? nanosToHalf() : 0;
        Future<?> scheduled = half > 0
                ? threads.atTimeout(Math.min(half, nanos), this::halfTime)
                : threads.atTimeout(nanos, this::endInTime);
        synchronized (monitor) {
            timeout = scheduled;
            if (ended) {
                stopTimeout();
            }
        }
    }

    private long nanosToHalf() {
        return startedNanos + deadlines.operationNanos() / 2 - System.nanoTime();
    }

    /** The second half of the time is for a new connection, if the one there is has gone silent. */
    private void halfTime() {
        if (nanosToHalf() <= 0) {
            answers.noneSince(startedNanos);
        }
        endInTime();
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

    /** Returns whether a request may have failed, in whatever way, because its client was closed for another one. */
    boolean isClientReplacedSince(long sentNanos) {
        return answers.replacedSince(sentNanos);
    }

    /** Remembers why a request is made again, for the day there is no time left. */
    void failedForNow(Throwable thrown) {
        if (answers.replacedSince(startedNanos)) {
            return;
        }
        synchronized (monitor) {
            if (lastFailure == null) {
                unreachableNanos = System.nanoTime();
            }
            lastFailure = thrown;
        }
    }

    /** Called when Firestore has answered: what failed before is over. */
    void progressed() {
        synchronized (monitor) {
            lastFailure = null;
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

    /** Makes a request. There is no answer if the call is over. */
    <A> CompletableFuture<A> request(Supplier<ApiFuture<A>> request) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        if (hasEnded()) {
            return answer;
        }
        ApiFuture<A> started;
        try {
            // Not under the monitor: the first request of a JVM loads classes for a second or more.
            started = request.get();
        } catch (RuntimeException e) {
            // A client that its owner has closed does not even begin.
            answer.completeExceptionally(e);
            return answer;
        }
        boolean late;
        synchronized (monitor) {
            late = ended;
            underWay = started;
        }
        if (late) {
            started.cancel(true);
            return answer;
        }
        ApiFutures.addCallback(
                started,
                new ApiFutureCallback<A>() {
                    @Override
                    public void onFailure(Throwable thrown) {
                        if (FirestoreFailures.isAnswer(thrown)) {
                            answers.answered();
                        }
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onSuccess(A value) {
                        answers.answered();
                        answer.complete(value);
                    }
                },
                // Firestore's own threads: the next step of the operation does not block, and users' stages run
                // elsewhere.
                MoreExecutors.directExecutor());
        return answer;
    }

    private boolean hasEnded() {
        synchronized (monitor) {
            return ended;
        }
    }

    /** Says whether a write may have landed, or may still, for the case that the call ends now. */
    void outcomeUnknown(boolean unknown) {
        synchronized (monitor) {
            outcomeUnknown = unknown;
        }
    }

    private boolean isOutcomeUnknown() {
        synchronized (monitor) {
            return outcomeUnknown;
        }
    }

    /** Runs a step of the operation. An exception fails the call. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (IllegalArgumentException foreign) {
            fail(FirestoreFailures.foreign(String.valueOf(foreign.getMessage()), isOutcomeUnknown(), operation, lock));
        } catch (RuntimeException e) {
            fail(e);
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

    /** Fails the call by a read that failed, whose status may say that the database is not usable at all. */
    void failRead(Throwable thrown) {
        Optional<LockException> unusable =
                FirestoreFailures.unusableDatabase(thrown, isOutcomeUnknown(), operation, lock);
        if (unusable.isPresent()) {
            fail(unusable.get());
        } else {
            fail(thrown);
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
            return outcomeUnknown;
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
