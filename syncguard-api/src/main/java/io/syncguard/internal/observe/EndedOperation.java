package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent;
import io.syncguard.LockId;
import io.syncguard.LockLabel;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.Optional;

/** An operation that has ended. Immutable. */
record EndedOperation(
        String backend,
        LockOperation operation,
        Origin origin,
        Outcome outcome,
        Optional<LockErrorCode> reason,
        Duration duration,
        int attempts,
        Optional<LockLabel> lock,
        Optional<LockId> id,
        Optional<FenceToken> fence,
        Optional<Duration> heldFor)
        implements LockEvent {
    @Override
    public Optional<String> idFingerprint() {
        return id.map(LockId::fingerprint);
    }
}
