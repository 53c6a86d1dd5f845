package io.syncguard.bench.handoff;

/** How an attempt on the lock ended. */
enum Outcome {
    /** The lock was taken and given back. */
    SECTION,
    /** The lock was taken, and giving it back failed. */
    RELEASE_FAILED,
    /** The patience was over. */
    TIMED_OUT,
    /** Something failed while it was wanted. */
    ACQUIRE_FAILED;

    boolean wasAcquired() {
        return this == SECTION || this == RELEASE_FAILED;
    }

    boolean failed() {
        return this == RELEASE_FAILED || this == ACQUIRE_FAILED;
    }
}
