package io.syncguard;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The exception of this library (ERR-1). Catch a subclass for one kind of failure, or this class for all of them. {@link #code()} is
 * finer than the type: {@code INTERNAL}, for something that should not happen, has no type of its own.
 *
 * <p>It names the operation and, where one lock is concerned, the lock's {@linkplain LockOptions#withName name} and the key's
 * fingerprint. A raw key or lock id is never part of it (KEY-8). The client library's own exception is kept as the cause.
 */
public sealed class LockException extends RuntimeException
        permits AcquisitionTimeoutException,
                AuthenticationFailedException,
                BackendUnavailableException,
                InvalidArgumentException,
                LockAbortedException,
                LockLostException {
    private static final long serialVersionUID = 1L;

    private final LockErrorCode code;
    private final LockOperation operation;
    private final @Nullable String lockName;
    private final @Nullable String lockFingerprint;
    private final String reason;
    private final boolean outcomeUnknown;

    LockException(Details details) {
        super(details.describe(), details.cause);
        this.code = details.code;
        this.operation = details.operation;
        this.lockName = details.lockName;
        this.lockFingerprint = details.lockFingerprint;
        this.reason = details.reason;
        this.outcomeUnknown = details.outcomeUnknown;
    }

    /** The parts of an exception's message, and its cause. */
    record Details(
            LockErrorCode code,
            LockOperation operation,
            @Nullable String lockName,
            @Nullable String lockFingerprint,
            String reason,
            @Nullable Throwable cause,
            boolean outcomeUnknown) {
        Details {
            Objects.requireNonNull(code, "code");
        }

        private String describe() {
            if (lockFingerprint == null) {
                return code + " during " + operation + ": " + reason;
            }
            String name = lockName == null ? "" : lockName + " ";
            return code + " during " + operation + " [" + operation.subject() + " " + name + lockFingerprint + "]: "
                    + reason;
        }

        private LockException exception() {
            return switch (code) {
                case ACQUISITION_TIMEOUT -> new AcquisitionTimeoutException(this);
                case LOCK_LOST -> new LockLostException(this);
                case SERVICE_UNAVAILABLE, NETWORK_TIMEOUT, RATE_LIMITED -> new BackendUnavailableException(this);
                case AUTH_FAILED -> new AuthenticationFailedException(this);
                case INVALID_ARGUMENT -> new InvalidArgumentException(this);
                case ABORTED -> new LockAbortedException(this);
                case INTERNAL -> new LockException(this);
            };
        }
    }

    /**
     * Returns an exception that says an argument or option is invalid (ERR-4).
     *
     * @param message what is wrong and how to put it right; without the raw key, id or password
     */
    public static LockException invalidArgument(String message) {
        return invalidArgument(message, null);
    }

    /**
     * Returns an exception that says an argument or option is invalid (ERR-4).
     *
     * @param message what is wrong and how to put it right; without the raw key, id or password
     * @param cause what found it out, or null
     */
    public static LockException invalidArgument(String message, @Nullable Throwable cause) {
        return failed(LockErrorCode.INVALID_ARGUMENT, LockOperation.VALIDATE, null, message, cause);
    }

    /**
     * Returns an exception for an operation that is known to have changed nothing.
     *
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     * @param message what happened and what to do about it
     * @param cause the client's own exception, or null
     */
    public static LockException failed(
            LockErrorCode code,
            LockOperation operation,
            @Nullable String lockFingerprint,
            String message,
            @Nullable Throwable cause) {
        return new Details(code, operation, null, lockFingerprint, message, cause, false).exception();
    }

    /**
     * Returns an exception for an operation that may or may not have taken effect on the server, because its reply
     * never came. Callers settle an acquire that ends like this (ACQ-4).
     *
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     * @param message what happened and what to do about it
     * @param cause the client's own exception, or null
     */
    public static LockException outcomeUnknown(
            LockErrorCode code,
            LockOperation operation,
            @Nullable String lockFingerprint,
            String message,
            @Nullable Throwable cause) {
        return new Details(code, operation, null, lockFingerprint, message, cause, true).exception();
    }

    /**
     * Returns what a cancelled future ends with (OPT-1): a {@link CancellationException}, as Java expects of one, whose
     * cause is a {@code LockException} with {@code ABORTED}.
     *
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     * @param outcomeUnknown whether the operation may have taken effect all the same
     */
    public static CancellationException cancelled(
            LockOperation operation, @Nullable String lockFingerprint, boolean outcomeUnknown) {
        Details details = new Details(
                LockErrorCode.ABORTED,
                operation,
                null,
                lockFingerprint,
                "the call was cancelled",
                null,
                outcomeUnknown);
        LockException aborted = details.exception();
        CancellationException cancelled = new CancellationException(aborted.getMessage());
        cancelled.initCause(aborted);
        return cancelled;
    }

    /**
     * Returns the exception of this library in what a future failed with, which may have wrapped it; empty if there is
     * none.
     */
    public static Optional<LockException> within(@Nullable Throwable failure) {
        Throwable wrapped = failure;
        while (wrapped instanceof CompletionException
                || wrapped instanceof ExecutionException
                || wrapped instanceof CancellationException) {
            wrapped = wrapped.getCause();
        }
        return wrapped instanceof LockException found ? Optional.of(found) : Optional.empty();
    }

    /**
     * Returns the exception of this library for whatever a backend failed with: the one in it, or else {@code INTERNAL} of
     * unknown outcome, because a backend that throws something else has a defect.
     *
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     */
    public static LockException of(Throwable failure, LockOperation operation, @Nullable String lockFingerprint) {
        return within(failure).orElseGet(() -> {
            boolean wrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
            Throwable cause = wrapper && failure.getCause() != null ? failure.getCause() : failure;
            LockErrorCode code =
                    cause instanceof CancellationException ? LockErrorCode.ABORTED : LockErrorCode.INTERNAL;
            String message = "the backend failed with " + cause.getClass().getName() + "; see the cause";
            return outcomeUnknown(code, operation, lockFingerprint, message, cause);
        });
    }

    /**
     * Returns this exception with the lock's name and the key's fingerprint in it: a backend does not know the name, and knows only
     * the id of a lock that it releases or extends. Returns itself if that changes nothing, or if no lock is concerned.
     *
     * @param name as in {@link LockOptions#withName}; null if the lock has none
     */
    public LockException about(@Nullable String name, String keyFingerprint) {
        boolean same = keyFingerprint.equals(lockFingerprint) && Objects.equals(name, lockName);
        return lockFingerprint == null || same ? this : naming(name, keyFingerprint);
    }

    /**
     * Returns this exception as that of one lock, where it is the failure of a request for several, or of a connection: a backend calls
     * this for each of them (ERR-1). Returns itself if that changes nothing.
     *
     * @param fingerprint that of the key or of the id
     */
    public LockException concerning(String fingerprint) {
        return fingerprint.equals(lockFingerprint) ? this : naming(lockName, fingerprint);
    }

    private LockException naming(@Nullable String name, String fingerprint) {
        LockException named =
                new Details(code, operation, name, fingerprint, reason, getCause(), outcomeUnknown).exception();
        named.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            named.addSuppressed(suppressed);
        }
        return named;
    }

    /** Returns the kind of failure. */
    public LockErrorCode code() {
        return code;
    }

    /** Returns the operation that failed. */
    public LockOperation operation() {
        return operation;
    }

    /**
     * Returns the fingerprint of the key or lock id concerned, or of the fenced resource: 24 hex digits (KEY-8); empty
     * where there is none.
     */
    public Optional<String> lockFingerprint() {
        return Optional.ofNullable(lockFingerprint);
    }

    /**
     * Returns whether the operation may have taken effect although it failed. False means that it changed nothing.
     */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }

    /** Returns the {@linkplain LockOptions#withName name} of the lock concerned; empty if there is none. */
    public Optional<String> lockName() {
        return Optional.ofNullable(lockName);
    }

    /**
     * Returns whether the same call may succeed later, with nothing changed. Locks are acquired with a fresh id at each call, so a
     * call may be repeated even if its outcome is unknown.
     */
    public boolean isRetryable() {
        return code.isRetryable();
    }
}
