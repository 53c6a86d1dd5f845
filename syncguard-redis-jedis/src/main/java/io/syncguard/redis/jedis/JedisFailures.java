package io.syncguard.redis.jedis;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import java.net.SocketTimeoutException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Translates what Jedis throws, by type and by the server's first word (ERR-2). Stateless. */
final class JedisFailures {
    private static final String POOL = " If so, a larger pool, or fewer callers at once, would help";

    private JedisFailures() {}

    /**
     * Returns the exception for a call that was ended from outside.
     *
     * @param noConnection why there was no connection in time, if that is why
     */
    static LockException ended(
            InFlightCall.End end,
            boolean sent,
            String noConnection,
            LockOperation operation,
            Fingerprinted lock,
            @Nullable Throwable cause) {
        return switch (end) {
            case INTERRUPTED ->
                RedisFailures.of(
                        LockErrorCode.ABORTED, sent, operation, lock, "the calling thread was interrupted", cause);
            case CLOSED -> BackendClosed.duringCall(sent, operation, lock.fingerprint(), cause);
            case TIMED_OUT ->
                RedisFailures.of(
                        LockErrorCode.NETWORK_TIMEOUT,
                        sent,
                        operation,
                        lock,
                        sent ? RedisFailures.NO_ANSWER : noConnection,
                        cause);
        };
    }

    /** Returns the server's words, if it answered with an error; null otherwise. */
    static @Nullable String errorReply(Throwable thrown) {
        JedisDataException reply = find(JedisDataException.class, thrown);
        return reply == null ? null : String.valueOf(reply.getMessage());
    }

    /** Returns the exception for a redirection that nobody follows: a client for a cluster has given up, or it is none. */
    static LockException redirected(
            String error, boolean sentBefore, LockOperation operation, Fingerprinted lock, RuntimeException thrown) {
        return thrown instanceof JedisClusterOperationException
                ? RedisFailures.of(
                        LockErrorCode.SERVICE_UNAVAILABLE,
                        sentBefore,
                        operation,
                        lock,
                        "the nodes of the cluster did not agree on who has the slot of this lock",
                        thrown)
                : RedisFailures.errorReply(error, sentBefore, operation, lock, thrown);
    }

    /**
     * Returns the exception for what Jedis threw by itself.
     *
     * @param sent whether the request may have reached the server
     * @param noConnection why there was no connection in time, if that is why
     */
    static LockException thrown(
            RuntimeException thrown, boolean sent, String noConnection, LockOperation operation, Fingerprinted lock) {
        String error = errorReply(thrown);
        if (error != null) {
            return RedisFailures.errorReply(error, false, operation, lock, thrown);
        }
        if (thrown instanceof ClientClosedException) {
            return RedisFailures.clientClosed(sent, operation, lock, thrown);
        }
        if (isPoolClosed(thrown)) {
            return RedisFailures.of(
                    LockErrorCode.SERVICE_UNAVAILABLE,
                    sent,
                    operation,
                    lock,
                    "the client has closed its connections to the server, or the application has closed the client",
                    thrown);
        }
        if (find(SocketTimeoutException.class, thrown) != null) {
            return RedisFailures.of(
                    LockErrorCode.NETWORK_TIMEOUT,
                    sent,
                    operation,
                    lock,
                    sent ? RedisFailures.NO_ANSWER : noConnection,
                    thrown);
        }
        if (find(NoSuchElementException.class, thrown) != null) {
            return RedisFailures.of(
                    LockErrorCode.NETWORK_TIMEOUT,
                    sent,
                    operation,
                    lock,
                    "no connection to Redis became free in time; a larger pool, or fewer callers at once, would help",
                    thrown);
        }
        return RedisFailures.unreachable(sent, operation, lock, thrown);
    }

    /** Returns whether a connection broke, for another reason than silence. */
    static boolean isConnectionClosed(@Nullable Throwable thrown) {
        return thrown instanceof JedisConnectionException && find(SocketTimeoutException.class, thrown) == null;
    }

    /**
     * Says why there was no connection in time, and what to do.
     *
     * @param startedNanos when the call began
     * @param encrypting whether a server was reached that did not answer the TLS handshake
     */
    static String noConnection(CallDeadlines deadlines, long startedNanos, boolean encrypting) {
        return RedisFailures.noConnection(deadlines, startedNanos, encrypting) + (encrypting ? "" : POOL);
    }

    /** Returns whether something took an interrupt of the thread that was in Jedis. */
    static boolean isInterrupt(Throwable thrown) {
        return find(InterruptedException.class, thrown) != null;
    }

    /**
     * Returns whether a pool had no connection because it was closed, which is what an interrupt means that neither the
     * caller nor the backend has sent: a pool that closes interrupts the threads that wait in it.
     */
    static boolean isPoolClosed(Throwable thrown) {
        return isInterrupt(thrown) || thrown.getCause() instanceof IllegalStateException;
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
}
