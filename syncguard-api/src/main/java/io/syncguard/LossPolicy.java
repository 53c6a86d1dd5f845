package io.syncguard;

/** What {@code run} and {@code call} do when the lock is lost during the work (HLD-6). */
public enum LossPolicy {
    /**
     * Lets the work end, then throws {@code LOCK_LOST} in place of its result. What the work itself throws takes precedence. The
     * default, because two holders may have worked at the same time.
     */
    FAIL,

    /**
     * Interrupts the working thread the moment the loss is known, and throws {@code LOCK_LOST} however the work ends. What the
     * work threw is the cause. An interrupt that the work ignored is cleared. Asynchronous work has no thread: the stage that it
     * returned is cancelled if it is a {@code CompletableFuture}.
     */
    INTERRUPT,

    /** Lets the work end and returns its result: for work that its fencing token protects, or that may be repeated. */
    KEEP_RESULT
}
