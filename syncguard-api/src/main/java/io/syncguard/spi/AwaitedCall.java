package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits on the calling thread for an asynchronous call. Stateless. */
final class AwaitedCall {
    private AwaitedCall() {}

    static <T extends @Nullable Object> T answer(
            Supplier<CompletableFuture<T>> call,
            LockOperation operation,
            Supplier<? extends @Nullable String> fingerprint) {
        if (Thread.currentThread().isInterrupted()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint.get(),
                    "the calling thread is interrupted; nothing was sent",
                    null);
        }
        CompletableFuture<T> started;
        try {
            started = call.get();
        } catch (Throwable e) {
            throw failure(e, operation, fingerprint);
        }
        return answer(started, operation, fingerprint);
    }

    private static <T extends @Nullable Object> T answer(
            CompletableFuture<T> started, LockOperation operation, Supplier<? extends @Nullable String> fingerprint) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return started.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    started.cancel(true);
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause(), operation, fingerprint);
        } catch (CancellationException e) {
            throw cancelled(e, operation, fingerprint);
        } catch (RuntimeException | Error e) {
            // A future of the author's own kind, or none at all.
            throw failure(e, operation, fingerprint);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the exception for what a call or the code that started it has thrown. */
    static LockException failure(
            Throwable thrown, LockOperation operation, Supplier<? extends @Nullable String> fingerprint) {
        return LockException.within(thrown)
                .orElseGet(() -> LockException.outcomeUnknown(
                        LockErrorCode.INTERNAL,
                        operation,
                        fingerprint.get(),
                        "the backend failed with " + thrown.getClass().getName() + "; see the cause",
                        thrown));
    }

    private static LockException cancelled(
            CancellationException thrown, LockOperation operation, Supplier<? extends @Nullable String> fingerprint) {
        return LockException.within(thrown)
                .orElseGet(() -> LockException.outcomeUnknown(
                        LockErrorCode.ABORTED,
                        operation,
                        fingerprint.get(),
                        "the call was cancelled, and the backend does not tell whether it took effect",
                        thrown));
    }
}
