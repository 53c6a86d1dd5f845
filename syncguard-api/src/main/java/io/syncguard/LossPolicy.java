package io.syncguard;

/** What {@code run} and {@code call} do when the lock is lost while the work under it goes on (HLD-6). */
public enum LossPolicy {
    /**
     * Lets the work end, then throws {@code LOCK_LOST} in place of its result; what the work itself throws comes first.
     * The default: a result that two may have worked on at once is not passed off as a good one.
     */
    FAIL,

    /**
     * Interrupts the working thread the moment the loss is known, and throws {@code LOCK_LOST} however the work ends, with
     * what it threw as the cause. An interrupt the work took no notice of is not left behind. Asynchronous work has no
     * thread: the stage it returned is cancelled if it can be.
     */
    INTERRUPT,

    /** Lets the work end and returns its result all the same: for work that its fence protects, or that bears repeating. */
    KEEP_RESULT
}
