package io.syncguard;

/**
 * The kinds of failure a {@link LockException} can report (ERR-1). A call that makes one attempt reports contention as a value. A
 * call that waits reports {@link #ACQUISITION_TIMEOUT} when its wait ends without the lock.
 */
public enum LockErrorCode {
    /** The server cannot be reached, refuses work, or broke the connection. */
    SERVICE_UNAVAILABLE,
    /** Credentials are missing, wrong, or lack a permission. */
    AUTH_FAILED,
    /** An argument, option or URI is invalid, or the database that a URI names is not usable at all. Nothing was changed. */
    INVALID_ARGUMENT,
    /** The server asks for fewer requests. */
    RATE_LIMITED,
    /** No answer within the operation timeout. Whether the operation took effect is unknown. */
    NETWORK_TIMEOUT,
    /** The lock stayed taken for as long as the caller was willing to wait. */
    ACQUISITION_TIMEOUT,
    /** The lock was lost during the work, so another holder may have worked at the same time. */
    LOCK_LOST,
    /** The caller was interrupted or cancelled, or what it called was closed. */
    ABORTED,
    /** Something that should not happen: foreign data under a lock key, an exhausted counter, a defect. */
    INTERNAL;

    /**
     * Returns whether the same call may succeed later, with nothing changed: true for {@link #SERVICE_UNAVAILABLE},
     * {@link #RATE_LIMITED}, {@link #NETWORK_TIMEOUT} and {@link #ACQUISITION_TIMEOUT}.
     */
    public boolean isRetryable() {
        return switch (this) {
            case SERVICE_UNAVAILABLE, RATE_LIMITED, NETWORK_TIMEOUT, ACQUISITION_TIMEOUT -> true;
            case AUTH_FAILED, INVALID_ARGUMENT, LOCK_LOST, ABORTED, INTERNAL -> false;
        };
    }
}
