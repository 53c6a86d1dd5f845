package io.syncguard;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library: a failure of the system or of an argument, never mere contention (ERR-1).
 *
 * <p>It names the operation and, where one lock is concerned, that lock's fingerprint; a raw key or lock id is never
 * part of it (KEY-8). The client library's own exception is kept as the cause.
 */
public final class LockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LockErrorCode code;
    private final LockOperation operation;
    private final @Nullable String lockFingerprint;
    private final boolean outcomeUnknown;

    private LockException(
            LockErrorCode code,
            LockOperation operation,
            @Nullable String lockFingerprint,
            String message,
            @Nullable Throwable cause,
            boolean outcomeUnknown) {
        super(describe(code, operation, lockFingerprint, message), cause);
        this.code = Objects.requireNonNull(code);
        this.operation = operation;
        this.lockFingerprint = lockFingerprint;
        this.outcomeUnknown = outcomeUnknown;
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
        return new LockException(LockErrorCode.INVALID_ARGUMENT, LockOperation.VALIDATE, null, message, cause, false);
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
        return new LockException(code, operation, lockFingerprint, message, cause, false);
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
        return new LockException(code, operation, lockFingerprint, message, cause, true);
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
        LockException aborted = new LockException(
                LockErrorCode.ABORTED, operation, lockFingerprint, "the call was cancelled", null, outcomeUnknown);
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

    private static String describe(
            LockErrorCode code, LockOperation operation, @Nullable String fingerprint, String message) {
        String subject = fingerprint == null ? "" : " [" + operation.subject() + " " + fingerprint + "]";
        return code + " during " + operation + subject + ": " + message;
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
     * Returns the fingerprint of the key or lock id concerned, or of the guarded resource: 24 hex digits (KEY-8); empty
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
}
