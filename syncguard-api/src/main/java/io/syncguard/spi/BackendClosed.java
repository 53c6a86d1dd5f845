package io.syncguard.spi;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import org.jspecify.annotations.Nullable;

/** What calls of a closed backend end with: {@code ABORTED}, in the same words whichever backend it is. Stateless. */
public final class BackendClosed {
    private BackendClosed() {}

    /**
     * Returns the exception for a call that began after the backend was closed, and did nothing.
     *
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     */
    public static LockException beforeCall(LockOperation operation, @Nullable String lockFingerprint) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                operation,
                lockFingerprint,
                "the backend is closed; nothing was sent. Close it after the last call, or open another one",
                null);
    }

    /**
     * Returns the exception for a call that was under way when the backend was closed.
     *
     * @param sent whether the request may have reached the server, in which case the outcome is unknown
     * @param lockFingerprint the fingerprint of the key or id concerned, or null where there is none
     * @param cause the client's own exception, or null
     */
    public static LockException duringCall(
            boolean sent, LockOperation operation, @Nullable String lockFingerprint, @Nullable Throwable cause) {
        String message = "the backend was closed during the call; wait for the calls under way before closing it";
        return sent
                ? LockException.outcomeUnknown(LockErrorCode.ABORTED, operation, lockFingerprint, message, cause)
                : LockException.failed(LockErrorCode.ABORTED, operation, lockFingerprint, message, cause);
    }
}
