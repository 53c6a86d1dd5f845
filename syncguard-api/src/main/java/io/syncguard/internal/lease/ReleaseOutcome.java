package io.syncguard.internal.lease;

/** How a release ended. */
enum ReleaseOutcome {
    /** This call released the lock. */
    RELEASED,
    /** The lock had expired, and its holder had not been told. */
    EXPIRED,
    /** The holder had been told before that the lock is lost, and the server has nothing left of it. */
    LOST_BEFORE,
    /** The lock was released before. */
    RELEASED_BEFORE
}
