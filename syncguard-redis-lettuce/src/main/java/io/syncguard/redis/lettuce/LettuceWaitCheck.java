package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a server through Lettuce whether it can say what replicas have (RDS-15). Stateless. */
final class LettuceWaitCheck {
    private LettuceWaitCheck() {}

    /**
     * Asks, over a connection of its own, by {@code WAIT 0 1}. Blocks as a call does, and tells the deadlines of the connection.
     *
     * @throws LockException if it cannot, or cannot be reached
     */
    static void run(
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener, CallDeadlines deadlines) {
        long startedNanos = System.nanoTime();
        CompletableFuture<Long> answer = opener.get()
                .thenCompose(connection -> {
                    deadlines.connected();
                    return connection.async().waitForReplication(0, 1).whenComplete((replicas, failure) -> {
                        connection.closeAsync();
                    });
                })
                .toCompletableFuture();
        try {
            await(answer, deadlines, startedNanos);
        } catch (TimeoutException e) {
            throw failed(
                    LockErrorCode.NETWORK_TIMEOUT,
                    "Redis did not answer within " + deadlines.openingTimeoutInWords(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(LockErrorCode.ABORTED, "the calling thread was interrupted", e);
        } catch (ExecutionException e) {
            throw RedisFailures.noWait(LettuceFailures.thrown(
                    e,
                    false,
                    false,
                    RedisFailures.noConnection(deadlines, startedNanos, false),
                    LockOperation.VALIDATE,
                    Fingerprinted.NO_ONE_LOCK));
        }
    }

    private static void await(CompletableFuture<Long> answer, CallDeadlines deadlines, long startedNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long waitNanos = deadlines.untilNextLookNanos(startedNanos);
            try {
                var unused = answer.get(Math.max(1, waitNanos), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                if (deadlines.deadlineNanos(startedNanos) - System.nanoTime() <= 0) {
                    throw e;
                }
            }
        }
    }

    private static LockException failed(LockErrorCode code, String message, @Nullable Throwable cause) {
        return RedisFailures.of(code, false, LockOperation.VALIDATE, Fingerprinted.NO_ONE_LOCK, message, cause);
    }
}
