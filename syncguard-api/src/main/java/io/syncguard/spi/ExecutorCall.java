package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A blocking call of a backend's, run by an executor; the future of its result. Ending it early interrupts its thread. */
final class ExecutorCall<T extends @Nullable Object> extends CompletableFuture<T> implements Runnable {
    private final LockOperation operation;
    private final Supplier<? extends @Nullable String> fingerprint;
    private final Supplier<T> body;

    /** Users hold this future, so its own monitor is theirs. */
    private final Object monitor = new Object();

    /** The thread that is in the backend with this call. */
    private @Nullable Thread runner;

    private @Nullable Future<?> timeout;
    private boolean begun;

    /** Whether the result of the body, if there will be one, is too late. */
    private boolean ended;

    ExecutorCall(LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        this.operation = operation;
        this.fingerprint = fingerprint;
        this.body = body;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        T answer;
        try {
            answer = body.get();
        } catch (Throwable e) {
            // Of other languages' code, checked exceptions too.
            if (end()) {
                completeExceptionally(LockException.of(e, operation, fingerprint.get()));
            }
            return;
        }
        if (end()) {
            complete(answer);
        }
    }

    private boolean begin() {
        synchronized (monitor) {
            if (ended) {
                return false;
            }
            begun = true;
            runner = Thread.currentThread();
            return true;
        }
    }

    /** Leaves the backend, and returns whether the call was still waited for. */
    private boolean end() {
        boolean waitedFor;
        synchronized (monitor) {
            runner = null;
            waitedFor = !ended;
            ended = true;
            stopTimeout();
        }
        // An interrupt of ours that came too late to end the call is not meant for what the thread does next.
        Thread.interrupted();
        return waitedFor;
    }

    /** Keeps what ends this call after some time; cancels it at once if the call has ended. */
    void endsBy(@Nullable Future<?> scheduled) {
        synchronized (monitor) {
            timeout = scheduled;
            if (ended) {
                stopTimeout();
            }
        }
    }

    private void stopTimeout() {
        Future<?> scheduled = timeout;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    /**
     * Ends the call because its time is over. Dependents run on the calling thread.
     *
     * @param limit which timeout that was, in words
     */
    void timeOut(String limit) {
        endEarly(sent -> sent
                ? LockException.outcomeUnknown(
                        LockErrorCode.NETWORK_TIMEOUT,
                        operation,
                        fingerprint.get(),
                        "no answer within " + limit + "; see what the server does, or raise the timeout",
                        null)
                : LockException.failed(
                        LockErrorCode.NETWORK_TIMEOUT,
                        operation,
                        fingerprint.get(),
                        "no thread was free for the call within " + limit
                                + "; nothing was sent. Allow the backend more threads",
                        null));
    }

    /** Ends the call because the backend is closed. Dependents run on the calling thread. */
    void abort() {
        endEarly(sent -> sent
                ? BackendClosed.duringCall(true, operation, fingerprint.get(), null)
                : BackendClosed.beforeCall(operation, fingerprint.get()));
    }

    /** Ends a call that no thread can be started for. */
    void refuse(Throwable noThread) {
        synchronized (monitor) {
            stop();
        }
        completeExceptionally(LockException.failed(
                LockErrorCode.INTERNAL,
                operation,
                fingerprint.get(),
                "no thread can be started for the call; nothing was sent",
                noThread));
    }

    /** Ends the call with what is right for one that was sent, or was not. */
    private void endEarly(Function<Boolean, LockException> failure) {
        boolean sent;
        synchronized (monitor) {
            if (ended) {
                return;
            }
            sent = begun;
            stop();
        }
        completeExceptionally(failure.apply(sent));
    }

    /** Keeps a call that was not begun from the backend, and interrupts the thread of one that was. */
    private void stop() {
        ended = true;
        stopTimeout();
        if (runner != null) {
            runner.interrupt();
        }
    }

    /** Returns whether the calling thread is in the backend with this call. */
    boolean isOfThisThread() {
        synchronized (monitor) {
            return runner == Thread.currentThread();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            boolean sent;
            synchronized (monitor) {
                sent = begun;
                if (!ended) {
                    stop();
                }
            }
            completeExceptionally(LockException.cancelled(operation, fingerprint.get(), sent));
        }
        return isCancelled();
    }
}
