package io.syncguard.examples.sql;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call. A thread of the backend runs its transaction while the caller waits, so that the caller can stop waiting at any time: a thread
 * that is in a JDBC driver takes no notice of interrupts.
 */
final class SqlCall<T> implements Runnable {
    private final LockOperation operation;
    private final Supplier<? extends @Nullable String> fingerprint;
    private final SqlTransaction<T> transaction;
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    SqlCall(LockOperation operation, Supplier<? extends @Nullable String> fingerprint, SqlTransaction<T> transaction) {
        this.operation = operation;
        this.fingerprint = fingerprint;
        this.transaction = transaction;
    }

    @Override
    public void run() {
        try {
            answer.complete(transaction.run());
        } catch (CancellationException e) {
            // Whoever has given the transaction up says how the call ends.
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    /**
     * Waits for the answer.
     *
     * @param endings runs what may block for as long as the driver wants
     */
    T await(CallDeadlines deadlines, long startedNanos, Executor endings) {
        while (true) {
            long nanos = deadlines.untilNextLookNanos(startedNanos);
            if (nanos <= 0) {
                String limit = deadlines.openingTimeoutInWords();
                throw failure(
                        LockErrorCode.NETWORK_TIMEOUT,
                        giveUp(endings),
                        "no answer within " + limit + "; see what the database does, or raise the timeout",
                        null);
            }
            try {
                return answer.get(nanos, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // The deadline moves once there is a first connection.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure(
                        LockErrorCode.ABORTED,
                        giveUp(endings),
                        "the calling thread was interrupted during the call",
                        null);
            } catch (ExecutionException e) {
                throw failure(e.getCause());
            }
        }
    }

    /** Ends the call because its backend is closed. */
    void abort(Executor endings) {
        boolean sent = transaction.giveUp();
        // First: what the end does to the transaction is no answer.
        answer.completeExceptionally(BackendClosed.duringCall(sent, operation, fingerprint.get(), null));
        end(endings);
    }

    /** Returns whether the transaction may take effect all the same. Does not block. */
    private boolean giveUp(Executor endings) {
        boolean sent = transaction.giveUp();
        end(endings);
        return sent;
    }

    private void end(Executor endings) {
        try {
            endings.execute(transaction::end);
        } catch (RejectedExecutionException e) {
            // Closing has ended it.
        }
    }

    private LockException failure(@Nullable Throwable cause) {
        if (cause instanceof SQLException e) {
            LockErrorCode code = SqlFailures.code(e);
            return failure(code, transaction.isSent(), SqlFailures.advice(code), SqlFailures.withoutValues(e));
        }
        Throwable defect = cause == null ? new IllegalStateException("a failure without a cause") : cause;
        return LockException.of(defect, operation, fingerprint.get());
    }

    private LockException failure(LockErrorCode code, boolean sent, String message, @Nullable Throwable cause) {
        return sent
                ? LockException.outcomeUnknown(
                        code, operation, fingerprint.get(), message + "; whether it took effect is not known", cause)
                : LockException.failed(code, operation, fingerprint.get(), message + "; nothing was committed", cause);
    }
}
