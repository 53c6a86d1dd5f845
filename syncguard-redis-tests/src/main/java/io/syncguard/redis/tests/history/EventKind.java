package io.syncguard.redis.tests.history;

/** What an actor writes down. */
enum EventKind {
    /** A call begins. The note is its {@link Operation}, the value the time in nanoseconds that it may take. */
    ASKED,

    /** An acquire has a lock. The value is its token. */
    GRANTED,

    /** An acquire found the key locked by somebody else. */
    REFUSED,

    /** A call failed. The note is the error's code. */
    FAILED,

    /** An extension found the lock, and prolonged it. */
    EXTENDED,

    /** An extension found that the lock is no longer held. */
    GONE,

    /** A release found the lock. */
    RELEASED,

    /** A release found nothing. */
    ABSENT,

    /** A holder looked for how long it certainly holds its lock. */
    HELD,

    /** A holder was told that its lock is lost. */
    LOST,

    /** A process was stalled since it last said so. The value is for how many nanoseconds, in all. */
    STALLED,

    /** A master is about to fail. The note says how. */
    FAULT,

    /** Another server serves in the place of the master. */
    REPLACED,

    /** The master that failed serves again, as a replica. */
    HEALED
}
