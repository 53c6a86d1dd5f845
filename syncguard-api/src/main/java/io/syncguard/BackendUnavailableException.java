package io.syncguard;

/**
 * The server cannot be reached, does not answer in time, or refuses work for now. {@link #isOutcomeUnknown()} says whether the
 * operation may have taken effect. Try again later.
 *
 * <p>Its code is {@link LockErrorCode#SERVICE_UNAVAILABLE}, {@link LockErrorCode#NETWORK_TIMEOUT} or
 * {@link LockErrorCode#RATE_LIMITED}.
 * A test makes one for a stub by
 * {@code LockException.failed(LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.ACQUIRE, null, "down", null)}.
 */
public final class BackendUnavailableException extends LockException {
    private static final long serialVersionUID = 1L;

    BackendUnavailableException(Details details) {
        super(details);
    }
}
