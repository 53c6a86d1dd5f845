package io.syncguard.spring.boot;

import io.syncguard.Backend;

/** A way to a store of locks that the application has. Opens nothing until it is asked. */
interface BackendSource {

    /** Returns what it opens. */
    BackendKind kind();

    /** Returns what it is called in messages, such as {@code the LettuceConnectionFactory}. */
    String description();

    /**
     * Returns a new backend, which the caller closes. Does not connect unless replicas are to acknowledge.
     *
     * @throws InvalidSyncGuardPropertiesException if a property is refused, or the connection cannot be used for locks
     */
    Backend open();

    /** Returns the lifecycle phase in which the connection is closed. A guard is closed in a later one, which ends sooner. */
    default int phase() {
        return Integer.MIN_VALUE;
    }

    /** Returns whether it is taken only if there is no other one, or if {@code syncguard.backend} names it. */
    default boolean isSecondChoice() {
        return false;
    }
}
