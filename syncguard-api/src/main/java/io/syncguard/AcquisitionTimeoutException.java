package io.syncguard;

/**
 * The lock stayed taken for as long as the caller was willing to wait. Nothing is wrong with the system: try again later, wait
 * longer, or do without. {@code tryAcquire}, {@code tryRun} and {@code tryCall} say the same by a value.
 *
 * <p>Its code is {@link LockErrorCode#ACQUISITION_TIMEOUT}.
 * A test makes one for a stub by
 * {@code LockException.failed(LockErrorCode.ACQUISITION_TIMEOUT, LockOperation.ACQUIRE, null, "busy", null)}.
 */
public final class AcquisitionTimeoutException extends LockException {
    private static final long serialVersionUID = 1L;

    AcquisitionTimeoutException(Details details) {
        super(details);
    }
}
