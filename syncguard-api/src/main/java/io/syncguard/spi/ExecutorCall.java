package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A blocking call of a backend's, run by an executor; the future of its result. Ending it early interrupts its thread. */
final class ExecutorCall<T extends @Nullable Object> extends CompletableFuture<T> implements Runnable {
    private final LockOperation operation;
    private final Supplier<? extends @Nullable String> fingerprint;
    private final Supplier<T> body;
    private final CompletableFuture<Void> clock = new CompletableFuture<>();

    /** The thread that is in the backend with this call. */
    private @Nullable Thread runner;

    private boolean begun;
    private boolean ended;

    ExecutorCall(LockOperation operation, Supplier<? extends @Nullable String> fingerprint, Supplier<T> body) {
        this.operation = operation;
        this.fingerprint = fingerprint;
        this.body = body;
    }

    /** Hands the call over. A timeout of zero means that the executor runs it at once, and the backend ends it in time. */
    void startOn(Executor executor, Duration timeout) {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException e) {
            completeExceptionally(LockException.failed(
                    LockErrorCode.ABORTED, operation, fingerprint.get(), "the backend is closed", e));
        }
        if (!timeout.isZero() && !isDone()) {
            clock.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((done, expired) -> {
                if (expired instanceof TimeoutException) {
                    timeOut();
                }
            });
            if (isDone()) {
                stopClock();
            }
        }
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            complete(body.get());
        } catch (RuntimeException | Error e) {
            completeExceptionally(e);
        } finally {
            end();
        }
    }

    private synchronized boolean begin() {
        if (ended) {
            return false;
        }
        begun = true;
        runner = Thread.currentThread();
        return true;
    }

    private void end() {
        synchronized (this) {
            runner = null;
        }
        // One of ours that came too late to end the call is not for whatever the thread does next.
        Thread.interrupted();
        stopClock();
    }

    private void stopClock() {
        clock.complete(null);
    }

    /** Keeps the call from reaching the backend, and returns whether it is too late for that. */
    private synchronized boolean endBeforeBackend() {
        ended = true;
        return begun;
    }

    private synchronized void interruptRunner() {
        if (runner != null) {
            runner.interrupt();
        }
    }

    private void timeOut() {
        completeExceptionally(
                endBeforeBackend()
                        ? LockException.outcomeUnknown(
                                LockErrorCode.NETWORK_TIMEOUT,
                                operation,
                                fingerprint.get(),
                                "no answer within the operation timeout",
                                null)
                        : LockException.failed(
                                LockErrorCode.NETWORK_TIMEOUT,
                                operation,
                                fingerprint.get(),
                                "no thread was free for the call within the operation timeout; nothing was sent",
                                null));
        interruptRunner();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            completeExceptionally(LockException.cancelled(operation, fingerprint.get(), endBeforeBackend()));
            interruptRunner();
            stopClock();
        }
        return isCancelled();
    }
}
