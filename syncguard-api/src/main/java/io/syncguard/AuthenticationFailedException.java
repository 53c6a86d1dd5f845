package io.syncguard;

/**
 * Credentials are missing, wrong, or lack a permission. Trying again does not help before they are put right.
 *
 * <p>Its code is {@link LockErrorCode#AUTH_FAILED}.
 * A test makes one for a stub by
 * {@code LockException.failed(LockErrorCode.AUTH_FAILED, LockOperation.ACQUIRE, null, "refused", null)}.
 */
public final class AuthenticationFailedException extends LockException {
    private static final long serialVersionUID = 1L;

    AuthenticationFailedException(Details details) {
        super(details);
    }
}
