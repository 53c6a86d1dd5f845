package io.syncguard.spring;

/** What a {@link Locked} method does when another holder still has the lock at the end of the wait. */
public enum IfLocked {
    /** Fails with {@code AcquisitionTimeoutException}. The method does not run. */
    FAIL,

    /**
     * Returns without running the method. Makes one attempt and does not wait, unless {@link Locked#waitFor()} is set.
     * {@link Locked#skipped()} says what is returned.
     */
    SKIP
}
