package io.syncguard;

import java.time.Duration;
import java.util.Optional;

/** How one operation ended (TEL-1). Immutable and thread-safe. */
public interface LockEvent {
    /** Returns the operation. An acquire is one event, however many attempts it took. */
    LockOperation operation();

    /** Returns the name of the guard's backend, such as {@code redis-jedis}. */
    String backend();

    /** Returns on whose behalf the operation ran. */
    Origin origin();

    /** Returns how it ended. */
    Outcome outcome();

    /** Returns the code of the failure, or {@code ACQUISITION_TIMEOUT} after a wait in vain; else empty. */
    Optional<LockErrorCode> reason();

    /** Returns the time from the call to its end, waiting included, by a monotonic clock. */
    Duration duration();

    /** Returns how many requests were made: 1 except for acquires, and 0 for a call that was refused before any. */
    int attempts();

    /** Returns what stands for the lock; empty for a lookup by id and for a {@code ping}. */
    Optional<LockLabel> lock();

    /** Returns the fingerprint of the lock id; empty for operations by key alone. */
    Optional<String> idFingerprint();

    /** Returns the token of a successful acquire; else empty. */
    Optional<FenceToken> fence();

    /**
     * Returns for how long the lock has been held when the operation ended, counted from the grant; empty unless it was a release or
     * an extension through a handle of this guard.
     */
    Optional<Duration> heldFor();

    /** On whose behalf an operation ran. */
    enum Origin {
        /** A call of the application's, on a guard, a handle or through {@code run} and {@code call}. */
        CALLER,
        /** The heartbeat of a held lock. */
        HEARTBEAT,
        /** The background, which frees what an operation of unknown outcome may have left behind (ACQ-4). */
        SETTLER
    }

    /** How an operation ended. */
    enum Outcome {
        /** It succeeded. */
        SUCCEEDED,
        /** Another holder had the lock, at the one attempt or for as long as the caller would wait. */
        CONTENDED,
        /** There was no such live lock to extend or release. */
        ABSENT,
        /** The system failed, or the call was interrupted, cancelled or refused. */
        FAILED
    }
}
