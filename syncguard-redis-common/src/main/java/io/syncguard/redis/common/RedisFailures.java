package io.syncguard.redis.common;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.ReleaseResult;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The exceptions the Redis backends have in common, whichever client met the failure. Stateless. */
public final class RedisFailures {
    /** For a request that was sent, and whose time is over. */
    public static final String NO_ANSWER =
            "Redis did not answer in time; see whether it hangs, is out of reach or has too much to do (SLOWLOG), "
                    + "or raise the timeout (" + BackendTimeout.OPERATION.uriParameter() + ", or that of the client)";

    private static final String IS_IT_RUNNING = "; is it running there";

    /** Where that is not so, a server closes the connection, or waits for the end of what it takes for a command. */
    private static final String TLS_ON_BOTH_SIDES =
            ", and is TLS used on both sides, with a certificate of the client's where the server wants one, or on neither?";

    /** A part of a timeout that is lost to inaccuracy. */
    private static final int LITTLE = 10;

    private RedisFailures() {}

    /**
     * Returns the exception for a failed call.
     *
     * @param sent whether the request may have reached the server, in which case the outcome is unknown
     */
    public static LockException of(
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

    /**
     * Returns the exception for an error reply, which is an answer: the script did not run, or stopped before it wrote.
     *
     * @param reply the server's words
     * @param sentBefore whether an earlier send of the same request may have taken effect unseen
     */
    public static LockException errorReply(
            @Nullable String reply, boolean sentBefore, LockOperation operation, Fingerprinted lock, Throwable cause) {
        LockErrorCode code = RedisErrors.classify(reply);
        String advice = RedisErrors.advice(reply);
        return of(
                code,
                sentBefore,
                operation,
                lock,
                "Redis answered with an error: " + (advice == null ? hint(code) : advice),
                cause);
    }

    private static String hint(LockErrorCode code) {
        return switch (code) {
            case AUTH_FAILED -> "check user, password and ACL; the cause has the server's words";
            case RATE_LIMITED -> "it has too many clients; the cause has the server's words";
            default -> "the cause has the server's words";
        };
    }

    /**
     * Returns the exception for a server that would not run {@code WAIT} when a backend was created that needs it (RDS-15).
     *
     * @param refused what it said
     */
    public static LockException noWait(LockException refused) {
        return refused.code() == LockErrorCode.INTERNAL
                ? LockException.invalidArgument(
                        "this server does not know the command WAIT, by which replicas acknowledge; leave "
                                + ReplicaAcks.REPLICAS_PARAMETER + " out, or use another server",
                        refused)
                : refused;
    }

    /** Returns the exception for a connection that could not be had, or that broke while the reply was awaited. */
    public static LockException unreachable(
            boolean sent, LockOperation operation, Fingerprinted lock, @Nullable Throwable cause) {
        String encryption = EncryptionFailures.explain(cause);
        String message = sent
                ? "the connection to Redis broke during the call, as it does when a server ends or another takes over"
                : "Redis cannot be reached";
        if (encryption != null) {
            message += ": " + encryption;
        } else if (!sent) {
            message += isNobodyThere(cause) ? IS_IT_RUNNING + "?" : IS_IT_RUNNING + TLS_ON_BOTH_SIDES;
        }
        return of(LockErrorCode.SERVICE_UNAVAILABLE, sent, operation, lock, message, cause);
    }

    /** Returns the exception for a client that was handed in and does not work any more, because its owner has closed it. */
    public static LockException clientClosed(
            boolean sent, LockOperation operation, Fingerprinted lock, @Nullable Throwable cause) {
        return of(
                LockErrorCode.SERVICE_UNAVAILABLE,
                sent,
                operation,
                lock,
                "the client was closed by the application; close what uses it first",
                cause);
    }

    private static boolean isNobodyThere(@Nullable Throwable cause) {
        return Causes.of(cause).stream()
                .anyMatch(each -> each instanceof ConnectException || each instanceof UnknownHostException);
    }

    /**
     * Says why there was no connection in time, and what to do.
     *
     * @param deadlines say which timeout that was, unless a client gave up long before
     * @param startedNanos when the call began
     * @param encrypting whether one was opened, and the server did not answer the TLS handshake
     */
    public static String noConnection(CallDeadlines deadlines, long startedNanos, boolean encrypting) {
        long leftNanos = deadlines.deadlineNanos(startedNanos) - System.nanoTime();
        String limit = leftNanos > deadlines.openingNanos() / LITTLE
                ? "the client's own timeout"
                : deadlines.openingTimeoutInWords();
        return encrypting
                ? "a server was reached, and did not answer the TLS handshake within " + limit
                        + ": it hangs, or this port does not speak TLS; use redis:// (or a client without TLS) then, or a"
                        + " port that speaks TLS"
                : "there was no connection to Redis within " + limit + IS_IT_RUNNING + TLS_ON_BOTH_SIDES;
    }

    /**
     * Fails before anything is sent if the backend is closed or the calling thread is interrupted.
     *
     * @throws LockException {@code ABORTED}
     */
    public static void refuseUnlessUsable(boolean closed, LockOperation operation, Fingerprinted lock) {
        if (closed) {
            throw BackendClosed.beforeCall(operation, lock.fingerprint());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw of(
                    LockErrorCode.ABORTED,
                    false,
                    operation,
                    lock,
                    "the calling thread is interrupted; nothing was sent",
                    null);
        }
    }

    /**
     * Returns a release's result, unless it is unknowable: the lock is gone, and an earlier send of the same request may
     * have been what freed it.
     *
     * @throws LockException {@code SERVICE_UNAVAILABLE} of unknown outcome in that case
     */
    public static ReleaseResult honest(ReleaseResult result, boolean sentBefore, Fingerprinted lock) {
        if (result == ReleaseResult.ABSENT && sentBefore) {
            throw of(
                    LockErrorCode.SERVICE_UNAVAILABLE,
                    true,
                    LockOperation.RELEASE,
                    lock,
                    "the connection broke; the lock is gone, whether by this release or by its expiry is unknown",
                    null);
        }
        return result;
    }

    /**
     * Returns the exception for what too few replicas have.
     *
     * @param replicas how many have it
     * @param unknown whether it may stand all the same
     * @param end what that means
     * @param cause why it could not be taken back; null if it was, or if nothing can
     */
    static LockException tooFewReplicas(
            long replicas,
            ReplicaAcks acks,
            boolean unknown,
            LockOperation operation,
            Fingerprinted lock,
            String end,
            @Nullable Throwable cause) {
        return of(
                LockErrorCode.SERVICE_UNAVAILABLE,
                unknown,
                operation,
                lock,
                replicas + " replicas have the lock after " + acks.timeout().toMillis() + " ms, and " + acks.replicas()
                        + " were wanted; " + end,
                cause);
    }
}
