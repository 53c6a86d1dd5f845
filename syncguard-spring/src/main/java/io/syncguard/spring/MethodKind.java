package io.syncguard.spring;

/** How the work of a locked method begins and ends. */
enum MethodKind {
    /** It ends when the method returns. */
    BLOCKING(true),
    /** The method runs on a thread for it alone, by {@code @Async}. It ends when the future that the method returns is complete. */
    BLOCKING_FUTURE(true),
    /** It ends when the future that the method returns is complete. */
    FUTURE(false),
    /** It begins at each subscription to the publisher that the method returns, and ends with it. */
    PUBLISHER(false);

    private final boolean blocking;

    MethodKind(boolean blocking) {
        this.blocking = blocking;
    }

    /** Returns whether the calling thread waits for the lock. */
    boolean isBlocking() {
        return blocking;
    }
}
