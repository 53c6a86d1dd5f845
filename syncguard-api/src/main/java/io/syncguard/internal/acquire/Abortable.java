package io.syncguard.internal.acquire;

/** Something that a closing guard ends. */
interface Abortable {
    /** Ends it soon. Does not block; may be called more than once. */
    void abort();

    /** Has it look at the clock again, which has jumped. Does not block. */
    void clockJumped();
}
