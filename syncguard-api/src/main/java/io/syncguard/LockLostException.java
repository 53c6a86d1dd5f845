package io.syncguard;

/**
 * The lock was lost during the work, so another holder may have worked at the same time. The work ran, at least in part. Check what
 * it did, or let the resource refuse it by its fencing token. If the loss interrupted the work, the exception that the work threw is the cause.
 *
 * <p>Its code is {@link LockErrorCode#LOCK_LOST}.
 * A test makes one for a stub by
 * {@code LockException.failed(LockErrorCode.LOCK_LOST, LockOperation.RELEASE, null, "lost", null)}.
 */
public final class LockLostException extends LockException {
    private static final long serialVersionUID = 1L;

    LockLostException(Details details) {
        super(details);
    }
}
