package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
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
        refuseIfInterrupted(operation, fingerprint);
        CompletableFuture<T> started;
        try {
            started = call.get();
        } catch (Throwable e) {
            throw LockException.of(e, operation, fingerprint.get());
        }
        return answer(started, operation, fingerprint);
    }

    /** Refuses a blocking call on a thread that is interrupted already (OPT-1). */
    static void refuseIfInterrupted(LockOperation operation, Supplier<? extends @Nullable String> fingerprint) {
        if (Thread.currentThread().isInterrupted()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint.get(),
                    "the calling thread is interrupted; nothing was sent",
                    null);
        }
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
        } catch (ExecutionException | RuntimeException | Error e) {
            throw LockException.of(e, operation, fingerprint.get());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
