package io.syncguard.firestore;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.firestore.FirestoreException;
import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Translates what Firestore's client throws, by the status of the call (ERR-2). Stateless. */
final class FirestoreFailures {
    private static final String DATASTORE_MODE =
            "the database cannot be used, probably because it is in Datastore mode; use one in native mode, see the cause";

    private FirestoreFailures() {}

    /** What a commit that failed has done. */
    enum CommitOutcome {
        /** Its condition is not met: this commit lands no more. */
        CHANGED,
        /** Another commit or transaction was in its way: it has not landed. */
        CONTENDED,
        /** It was refused. */
        REFUSED,
        /** It may have landed, or may still. */
        UNKNOWN
    }

    static CommitOutcome outcomeOf(Throwable commitFailure) {
        return switch (codeOf(commitFailure).orElse(Code.UNKNOWN)) {
            case ALREADY_EXISTS, FAILED_PRECONDITION, NOT_FOUND -> CommitOutcome.CHANGED;
            case ABORTED -> CommitOutcome.CONTENDED;
            case PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    RESOURCE_EXHAUSTED,
                    INVALID_ARGUMENT,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED -> CommitOutcome.REFUSED;
            default -> CommitOutcome.UNKNOWN;
        };
    }

    /** Returns whether a write has not landed because of what others write. */
    static boolean isConflict(Throwable commitFailure) {
        CommitOutcome outcome = outcomeOf(commitFailure);
        return outcome == CommitOutcome.CHANGED || outcome == CommitOutcome.CONTENDED;
    }

    /** Returns whether a write was refused for what it would write. */
    static boolean isInvalid(Throwable commitFailure) {
        return codeOf(commitFailure).orElse(Code.UNKNOWN) == Code.INVALID_ARGUMENT;
    }

    /** Returns whether a failure is Firestore's answer, and not that of a client that has none. */
    static boolean isAnswer(Throwable failure) {
        return switch (codeOf(failure).orElse(Code.UNKNOWN)) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN -> false;
            default -> true;
        };
    }

    /** Returns whether it makes sense to ask again after a read failed so. */
    static boolean isPassing(Throwable readFailure) {
        Code code = codeOf(readFailure).orElse(Code.UNKNOWN);
        // A call that its caller gives up asks no more, whatever it is cancelled with.
        return switch (code) {
            case UNAVAILABLE, ABORTED, INTERNAL, CANCELLED -> true;
            default -> false;
        };
    }

    /**
     * Returns the exception for what was thrown; that itself if it is one of ours.
     *
     * @param unknown whether a write may have taken effect
     */
    static LockException of(Throwable thrown, boolean unknown, LockOperation operation, Supplier<String> lock) {
        Optional<LockException> ours = LockException.within(thrown);
        if (ours.isPresent()) {
            return ours.get();
        }
        Code code = codeOf(thrown).orElse(Code.INTERNAL);
        return of(codeFor(code), unknown, operation, lock, words(code), thrown);
    }

    static LockException of(
            LockErrorCode code,
            boolean unknown,
            LockOperation operation,
            Supplier<String> lock,
            String message,
            @Nullable Throwable cause) {
        return unknown
                ? LockException.outcomeUnknown(code, operation, lock.get(), message, cause)
                : LockException.failed(code, operation, lock.get(), message, cause);
    }

    /**
     * Returns the exception for a document that SyncGuard did not write (ERR-3).
     *
     * @param unknown whether an earlier write of the call may have taken effect
     */
    static LockException foreign(String field, boolean unknown, LockOperation operation, Supplier<String> lock) {
        return of(
                LockErrorCode.INTERNAL,
                unknown,
                operation,
                lock,
                "a document that SyncGuard did not write is in the place of this lock: its field '" + field
                        + "' is missing or of another type; it was left alone. Use collections of your own, or remove it",
                null);
    }

    /**
     * Returns the exception for a read that no database in native mode answers so; empty for all other failures. A read rests on no
     * condition, so these statuses mean the database and not the document.
     *
     * @param unknown whether an earlier write of the call may have taken effect
     */
    static Optional<LockException> unusableDatabase(
            Throwable readFailure, boolean unknown, LockOperation operation, Supplier<String> lock) {
        Code code = codeOf(readFailure).orElse(Code.UNKNOWN);
        String message =
                switch (code) {
                    case NOT_FOUND ->
                        "Firestore has no such project or database; correct firestore://project/database, or create it with"
                                + " 'gcloud firestore databases create'";
                    case FAILED_PRECONDITION ->
                        mentions(readFailure, "index")
                                ? "the database has no index for this query; create a single-field index of the lock"
                                        + " collection's field 'lockId' (ascending), see the cause and docs/firestore.md"
                                : DATASTORE_MODE;
                    // So answers the emulator.
                    case INVALID_ARGUMENT -> mentions(readFailure, "Firestore Mode") ? DATASTORE_MODE : null;
                    default -> null;
                };
        return message == null
                ? Optional.empty()
                : Optional.of(of(LockErrorCode.INVALID_ARGUMENT, unknown, operation, lock, message, readFailure));
    }

    private static boolean mentions(Throwable thrown, String word) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static LockErrorCode codeFor(Code code) {
        return switch (code) {
            case UNAVAILABLE, CANCELLED, ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION, NOT_FOUND ->
                LockErrorCode.SERVICE_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> LockErrorCode.NETWORK_TIMEOUT;
            case PERMISSION_DENIED, UNAUTHENTICATED -> LockErrorCode.AUTH_FAILED;
            case RESOURCE_EXHAUSTED -> LockErrorCode.RATE_LIMITED;
            default -> LockErrorCode.INTERNAL;
        };
    }

    private static String words(Code code) {
        return switch (code) {
            case UNAVAILABLE ->
                "Firestore cannot be reached; check the network, the host and, for an emulator, FIRESTORE_EMULATOR_HOST";
            case DEADLINE_EXCEEDED ->
                "Firestore did not answer in time; see whether it is reachable from here, or raise the timeout";
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                "Firestore refused the credentials; check the service account's roles, see the cause";
            case RESOURCE_EXHAUSTED ->
                "Firestore asks for fewer requests, or a quota is used up; see the quotas of the project";
            case ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION, NOT_FOUND ->
                "others kept changing the document for as long as the call might take; call again later";
            case CANCELLED -> "Firestore, or a proxy before it, cancelled the request; call again later";
            default -> "Firestore failed with " + code + "; see the cause";
        };
    }

    private static Optional<Code> codeOf(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof ApiException e) {
                return Optional.of(e.getStatusCode().getCode());
            }
            if (t instanceof FirestoreException e) {
                Status status = e.getStatus();
                if (status != null) {
                    return Optional.of(Code.valueOf(status.getCode().name()));
                }
            }
        }
        return Optional.empty();
    }
}
