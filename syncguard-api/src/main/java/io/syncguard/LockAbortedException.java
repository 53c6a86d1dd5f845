package io.syncguard;

/**
 * The calling thread was interrupted, the call was cancelled, or the guard was closed. An interrupt is pending again when this is
 * thrown.
 *
 * <p>Its code is {@link LockErrorCode#ABORTED}.
 * A test makes one for a stub by
 * {@code LockException.failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, null, "closed", null)}.
 */
public final class LockAbortedException extends LockException {
    private static final long serialVersionUID = 1L;

    LockAbortedException(Details details) {
        super(details);
    }
}
