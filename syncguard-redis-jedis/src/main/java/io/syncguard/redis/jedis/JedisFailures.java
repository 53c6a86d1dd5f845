package io.syncguard.redis.jedis;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisErrors;
import java.net.SocketTimeoutException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/** Translates what Jedis throws, by type and by the server's first word (ERR-2). Stateless. */
final class JedisFailures {
    private JedisFailures() {}

    /** Returns the exception for a call that was ended from outside. */
    static LockException ended(
            InFlightCall.End end,
            boolean sent,
            LockOperation operation,
            Fingerprinted lock,
            @Nullable Throwable cause) {
        return switch (end) {
            case INTERRUPTED ->
                of(LockErrorCode.ABORTED, sent, operation, lock, "the calling thread was interrupted", cause);
            case CLOSED ->
                of(LockErrorCode.ABORTED, sent, operation, lock, "the backend was closed during the call", cause);
            case TIMED_OUT ->
                of(
                        LockErrorCode.NETWORK_TIMEOUT,
                        sent,
                        operation,
                        lock,
                        sent
                                ? "Redis did not answer within the operation timeout"
                                : "no connection to Redis became free within the operation timeout; a larger pool, or fewer"
                                        + " callers at once, would help",
                        cause);
        };
    }

    /** Returns the exception for what Jedis threw by itself. */
    static LockException thrown(RuntimeException thrown, boolean sent, LockOperation operation, Fingerprinted lock) {
        JedisDataException reply = find(JedisDataException.class, thrown);
        if (reply != null) {
            // An error reply is an answer: the script did not run, or stopped before it wrote.
            LockErrorCode code = RedisErrors.classify(reply.getMessage());
            return of(code, false, operation, lock, "Redis answered with an error: " + hint(code), thrown);
        }
        if (find(SocketTimeoutException.class, thrown) != null) {
            return of(LockErrorCode.NETWORK_TIMEOUT, sent, operation, lock, "Redis did not answer in time", thrown);
        }
        if (find(NoSuchElementException.class, thrown) != null) {
            return of(
                    LockErrorCode.NETWORK_TIMEOUT,
                    sent,
                    operation,
                    lock,
                    "no connection to Redis became free in time; a larger pool, or fewer callers at once, would help",
                    thrown);
        }
        return of(
                LockErrorCode.SERVICE_UNAVAILABLE,
                sent,
                operation,
                lock,
                sent
                        ? "the connection to Redis broke during the call"
                        : "Redis cannot be reached; is it running there?",
                thrown);
    }

    private static String hint(LockErrorCode code) {
        return switch (code) {
            case AUTH_FAILED -> "check user, password and ACL; the cause has the server's words";
            case RATE_LIMITED -> "it has too many clients; the cause has the server's words";
            default -> "the cause has the server's words";
        };
    }

    static boolean isInterrupt(Throwable thrown) {
        return find(InterruptedException.class, thrown) != null;
    }

    /** Returns the first of a type among an exception, its causes, and what Jedis attached as suppressed. */
    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            for (Throwable suppressed : t.getSuppressed()) {
                if (type.isInstance(suppressed)) {
                    return type.cast(suppressed);
                }
            }
        }
        return null;
    }

    private static LockException of(
            LockErrorCode code,
            boolean sent,
            LockOperation operation,
            Fingerprinted lock,
            String message,
            @Nullable Throwable cause) {
        return sent
                ? LockException.outcomeUnknown(code, operation, lock.fingerprint(), message, cause)
                : LockException.failed(code, operation, lock.fingerprint(), message, cause);
    }
}
