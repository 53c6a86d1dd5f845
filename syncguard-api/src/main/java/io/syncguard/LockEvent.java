package io.syncguard;

import java.time.Duration;
import java.util.Optional;

/**
 * How one operation ended (TEL-1). Immutable.
 *
 * @param operation the operation; an acquire is one event, however many attempts it took
 * @param origin on whose behalf
 * @param outcome how it ended
 * @param reason the code of the failure, or {@code ACQUISITION_TIMEOUT} after a wait in vain; else empty
 * @param duration from the call to its end, by a monotonic clock, waiting included
 * @param attempts how many requests were made; 1 except for acquires
 * @param keyFingerprint stands for the key; empty for operations by id
 * @param idFingerprint stands for the lock id; empty for operations by key alone
 * @param fence the token of a successful acquire; else empty
 */
public record LockEvent(
        LockOperation operation,
        Origin origin,
        Outcome outcome,
        Optional<LockErrorCode> reason,
        Duration duration,
        int attempts,
        Optional<String> keyFingerprint,
        Optional<String> idFingerprint,
        Optional<FenceToken> fence) {

    /** On whose behalf an operation ran. */
    public enum Origin {
        /** A call of the application's, on a guard, a handle or through {@code run} and {@code call}. */
        CALLER,
        /** The heartbeat of a held lock. */
        HEARTBEAT,
        /** The background, which frees what an operation of unknown outcome may have left behind (ACQ-4). */
        SETTLER
    }

    /** How an operation ended. */
    public enum Outcome {
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
