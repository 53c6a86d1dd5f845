package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.spi.BackendClosed;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Translates what Lettuce throws, by type and by the server's first word (ERR-2). Stateless. */
final class LettuceFailures {
    private LettuceFailures() {}

    static LockException aborted(
            String why, boolean sent, LockOperation operation, Fingerprinted lock, @Nullable Throwable cause) {
        return RedisFailures.of(LockErrorCode.ABORTED, sent, operation, lock, why, cause);
    }

    /**
     * Returns the exception for a call whose time is over.
     *
     * @param noConnection why there was no connection in time, if that is why
     */
    static LockException timedOut(
            boolean connected, String noConnection, boolean sent, LockOperation operation, Fingerprinted lock) {
        return connected
                ? RedisFailures.of(LockErrorCode.NETWORK_TIMEOUT, sent, operation, lock, RedisFailures.NO_ANSWER, null)
                : RedisFailures.of(
                        sent ? LockErrorCode.SERVICE_UNAVAILABLE : LockErrorCode.NETWORK_TIMEOUT,
                        sent,
                        operation,
                        lock,
                        noConnection,
                        null);
    }

    /**
     * Returns the exception for what Lettuce threw.
     *
     * @param noConnection why there was no connection in time, if that is why
     */
    static LockException thrown(
            Throwable thrown,
            boolean sent,
            boolean closed,
            String noConnection,
            LockOperation operation,
            Fingerprinted lock) {
        Throwable cause =
                thrown instanceof ExecutionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        RedisCommandExecutionException reply = find(RedisCommandExecutionException.class, thrown);
        if (reply != null) {
            return RedisFailures.errorReply(reply.getMessage(), sent, operation, lock, cause);
        }
        if (closed) {
            return BackendClosed.duringCall(sent, operation, lock.fingerprint(), cause);
        }
        if (find(ClientClosedException.class, thrown) != null) {
            return RedisFailures.clientClosed(sent, operation, lock, cause);
        }
        if (find(RedisCommandTimeoutException.class, thrown) != null
                || find(ConnectTimeoutException.class, thrown) != null) {
            return RedisFailures.of(
                    LockErrorCode.NETWORK_TIMEOUT,
                    sent,
                    operation,
                    lock,
                    sent ? RedisFailures.NO_ANSWER : noConnection,
                    cause);
        }
        return RedisFailures.unreachable(sent, operation, lock, cause);
    }

    /** Returns the first of a type among an exception and its causes. */
    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
